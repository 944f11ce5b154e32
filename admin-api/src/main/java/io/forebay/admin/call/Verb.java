package io.forebay.admin.call;

/// The methods operations are listed under. HEAD is answered by every GET operation, without its body.
public enum Verb {
    GET,
    POST
}
