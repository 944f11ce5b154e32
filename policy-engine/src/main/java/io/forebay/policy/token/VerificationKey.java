package io.forebay.policy.token;

import org.jspecify.annotations.Nullable;

/// One key of a provider with the one algorithm it verifies.
public final class VerificationKey {

    private final @Nullable String id;
    private final String algorithm;
    private final String thumbprint;

    VerificationKey(@Nullable String id, String algorithm, String thumbprint) {
        this.id = id;
        this.algorithm = algorithm;
        this.thumbprint = thumbprint;
    }

    public @Nullable String id() {
        return id;
    }

    public String algorithm() {
        return algorithm;
    }

    public String thumbprint() {
        return thumbprint;
    }
}
