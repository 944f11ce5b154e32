package io.forebay.gateway.http;

import io.forebay.policy.ByteSpan;
import io.forebay.policy.HeaderName;

/// The deadline that a gRPC client sets: `grpc-timeout`, up to eight digits and a unit (the gRPC protocol over HTTP/2).
public final class GrpcTimeout {
    private static final HeaderName NAME = HeaderName.of("grpc-timeout");
    private static final int DIGITS_MAX = 8;

    private GrpcTimeout() {}

    /// How long the client waits for its call, in nanoseconds from when it was sent; 0 for no limit, which also a value
    /// that is none stands for.
    public static long ns(RequestHead head) {
        if (!head.isGrpc()) {
            return 0;
        }
        long span = head.header(NAME);
        if (!ByteSpan.isPresent(span)) {
            return 0;
        }
        byte[] bytes = head.bytes();
        int from = ByteSpan.offset(span);
        int digits = ByteSpan.length(span) - 1;
        if (digits < 1 || digits > DIGITS_MAX) {
            return 0;
        }
        long amount = RequestRules.decimal(bytes, from, from + digits);
        long unitNs = unitNs(bytes[from + digits]);
        if (amount < 0 || unitNs == 0) {
            return 0;
        }
        return amount > Long.MAX_VALUE / unitNs ? Long.MAX_VALUE : Math.max(1, amount) * unitNs;
    }

    private static long unitNs(byte unit) {
        return switch (unit) {
            case 'H' -> 3_600_000_000_000L;
            case 'M' -> 60_000_000_000L;
            case 'S' -> 1_000_000_000L;
            case 'm' -> 1_000_000L;
            case 'u' -> 1_000L;
            case 'n' -> 1L;
            default -> 0L;
        };
    }
}
