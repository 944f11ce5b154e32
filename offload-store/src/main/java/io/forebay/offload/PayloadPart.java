package io.forebay.offload;

/// The four byte strings a job may own.
public enum PayloadPart {
    REQUEST_HEAD,
    REQUEST_BODY,
    RESULT_HEAD,
    RESULT_BODY
}
