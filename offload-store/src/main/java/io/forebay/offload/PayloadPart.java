package io.forebay.offload;

/// The four byte strings a job may own.
public enum PayloadPart {
    REQUEST_HEAD,
    REQUEST_BODY,
    RESULT_HEAD,
    RESULT_BODY;

    /// The head that this part is, or belongs to.
    public PayloadPart head() {
        return switch (this) {
            case REQUEST_HEAD, REQUEST_BODY -> REQUEST_HEAD;
            case RESULT_HEAD, RESULT_BODY -> RESULT_HEAD;
        };
    }
}
