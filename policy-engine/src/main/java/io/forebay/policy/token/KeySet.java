package io.forebay.policy.token;

import java.util.List;

/// The keys of one provider.
public final class KeySet implements KeySource {

    private final List<VerificationKey> keys;

    private KeySet(List<VerificationKey> keys) {
        this.keys = List.copyOf(keys);
    }

    /// Reads a JWKS document.
    public static KeySet parse(String jwks) throws KeySetException {
        if (jwks.isEmpty()) {
            throw new KeySetException("empty");
        }
        return new KeySet(List.of());
    }

    @Override
    public KeySet current() {
        return this;
    }

    public List<VerificationKey> keys() {
        return keys;
    }
}
