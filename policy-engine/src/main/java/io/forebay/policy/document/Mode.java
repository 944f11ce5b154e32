package io.forebay.policy.document;

/// Whether a policy acts, only says what it would have done, or rests.
public enum Mode {
    @Key("enforce")
    ENFORCE,
    @Key("shadow")
    SHADOW,
    @Key("off")
    OFF
}
