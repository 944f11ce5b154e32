package io.forebay.gateway.discovery;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.dns.DefaultDnsRecordDecoder;
import org.jspecify.annotations.Nullable;

/// One SRV record (RFC 2782).
///
/// @param priority 0 to 65535; lower numbers come first
/// @param weight 0 to 65535, among those of the same priority
/// @param host the target, with a dot at its end
record ServiceRecord(int priority, int weight, int port, String host) {
    private static final int NUMBERS_BYTES = 6;

    /// The record of these bytes, or null if they are none. The target is never compressed.
    static @Nullable ServiceRecord read(byte[] content) {
        if (content.length <= NUMBERS_BYTES) {
            return null;
        }
        ByteBuf in = Unpooled.wrappedBuffer(content);
        try {
            return new ServiceRecord(
                    in.readUnsignedShort(),
                    in.readUnsignedShort(),
                    in.readUnsignedShort(),
                    DefaultDnsRecordDecoder.decodeName(in));
        } catch (RuntimeException malformed) {
            return null;
        }
    }

    /// Whether the service is there at all; a target that is the root says that it is not.
    boolean isOffered() {
        return !host.equals(".") && port > 0;
    }
}
