package io.forebay.policy.offload;

/// Keys to sign with that are no secret.
final class TestKeys {
    /// The example of Standard Webhooks.
    static final String EXAMPLE = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private TestKeys() {}

    static SigningKeys signing() {
        try {
            return SigningKeys.parse(EXAMPLE);
        } catch (SigningKeys.InvalidKeysException e) {
            throw new AssertionError(e);
        }
    }
}
