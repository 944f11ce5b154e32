package io.forebay.policy.token;

/// A JWKS document that cannot be used; the message says which key and why, without key material.
public final class KeySetException extends Exception {

    private static final long serialVersionUID = 1L;

    public KeySetException(String message) {
        super(message);
    }
}
