package io.forebay.offload.codec;

/// The stored code of an enum constant is its ordinal: the enums that are stored are append-only, and a test pins
/// them.
final class Codes {
    private Codes() {}

    @SuppressWarnings("EnumOrdinal") // see above: one place, pinned by CodecPropertyTest
    static int of(Enum<?> constant) {
        return constant.ordinal();
    }
}
