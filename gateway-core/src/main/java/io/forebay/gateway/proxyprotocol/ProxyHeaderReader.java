package io.forebay.gateway.proxyprotocol;

import io.forebay.gateway.http.ConnectionAddresses;
import io.forebay.policy.IpLiteral;
import io.netty.buffer.ByteBuf;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;

/// Reads a header of the PROXY protocol (HAProxy's specification, sections 2.1 and 2.2), strictly: whoever may say whom
/// it speaks for must not be misunderstood. Pure; consumes nothing.
public final class ProxyHeaderReader {
    /// Of version 2: what a header may take with all that follows the addresses.
    static final int BYTES_MAX = 4_096;
    /// Of version 1, with its end of line.
    static final int LINE_BYTES_MAX = 107;

    static final byte[] SIGNATURE = {0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a};
    private static final byte[] LINE_START = "PROXY ".getBytes(StandardCharsets.US_ASCII);
    private static final int V6_CHARACTERS_MAX = 39;
    private static final String PORT = "0|[1-9][0-9]{0,4}";
    private static final int FIXED_BYTES = 16;
    private static final int PORTS_BYTES = 4;

    /// What the bytes turned out to be.
    public sealed interface Reading {
        /// A beginning; more must come.
        record Incomplete() implements Reading {}

        /// No header: something else begins.
        record Absent() implements Reading {}

        /// A header that cannot be believed.
        record Malformed() implements Reading {}

        /// A header of `bytes` bytes.
        ///
        /// @param addresses of the client's connection; [ConnectionAddresses#UNKNOWN] where there is none
        record Header(int bytes, ConnectionAddresses addresses) implements Reading {}
    }

    private static final Reading INCOMPLETE = new Reading.Incomplete();
    private static final Reading ABSENT = new Reading.Absent();
    private static final Reading MALFORMED = new Reading.Malformed();

    private ProxyHeaderReader() {}

    /// Reads from the first byte on.
    public static Reading read(ByteBuf in) {
        if (beginsLike(in, LINE_START)) {
            return in.readableBytes() < LINE_START.length ? INCOMPLETE : line(in);
        }
        if (beginsLike(in, SIGNATURE)) {
            return in.readableBytes() < FIXED_BYTES ? INCOMPLETE : binary(in);
        }
        return ABSENT;
    }

    private static boolean beginsLike(ByteBuf in, byte[] start) {
        int size = Math.min(in.readableBytes(), start.length);
        for (int i = 0; i < size; i++) {
            if (in.getByte(in.readerIndex() + i) != start[i]) {
                return false;
            }
        }
        return true;
    }

    private static Reading line(ByteBuf in) {
        int size = Math.min(in.readableBytes(), LINE_BYTES_MAX);
        int end = in.indexOf(in.readerIndex(), in.readerIndex() + size, (byte) '\n');
        if (end < 0) {
            return size == LINE_BYTES_MAX ? MALFORMED : INCOMPLETE;
        }
        int bytes = end + 1 - in.readerIndex();
        String text = in.toString(in.readerIndex(), bytes, StandardCharsets.ISO_8859_1);
        if (!text.endsWith("\r\n")) {
            return MALFORMED;
        }
        String[] parts = text.substring(0, text.length() - 2).split(" ", -1);
        if (parts[1].equals("UNKNOWN")) {
            return new Reading.Header(bytes, ConnectionAddresses.UNKNOWN);
        }
        boolean isV4 = parts[1].equals("TCP4");
        boolean isSound = parts.length == 6
                && (isV4 || parts[1].equals("TCP6"))
                && isAddress(parts[2], isV4)
                && isAddress(parts[3], isV4)
                && isPort(parts[4])
                && isPort(parts[5]);
        if (!isSound) {
            return MALFORMED;
        }
        try {
            return new Reading.Header(
                    bytes,
                    new ConnectionAddresses(
                            new InetSocketAddress(InetAddress.ofLiteral(parts[2]), Integer.parseInt(parts[4])),
                            new InetSocketAddress(InetAddress.ofLiteral(parts[3]), Integer.parseInt(parts[5]))));
        } catch (IllegalArgumentException e) {
            return MALFORMED;
        }
    }

    private static boolean isAddress(String text, boolean isV4) {
        return isV4 ? IpLiteral.isV4(text) : text.length() <= V6_CHARACTERS_MAX && IpLiteral.isV6(text);
    }

    private static boolean isPort(String text) {
        return text.matches(PORT) && Integer.parseInt(text) <= 65_535;
    }

    private static Reading binary(ByteBuf in) {
        int at = in.readerIndex() + SIGNATURE.length;
        int command = in.getUnsignedByte(at);
        int family = in.getUnsignedByte(at + 1);
        int length = in.getUnsignedShort(at + 2);
        boolean isLocal = command == 0x20;
        int addressBytes = isLocal ? 0 : addressBytes(family);
        boolean isSound = (isLocal || command == 0x21)
                && addressBytes >= 0
                && length >= (addressBytes == 0 ? 0 : 2 * addressBytes + PORTS_BYTES)
                && FIXED_BYTES + length <= BYTES_MAX;
        if (!isSound) {
            return MALFORMED;
        }
        if (in.readableBytes() < FIXED_BYTES + length) {
            return INCOMPLETE;
        }
        ConnectionAddresses addresses = addressBytes == 0
                ? ConnectionAddresses.UNKNOWN
                : addresses(in, in.readerIndex() + FIXED_BYTES, addressBytes);
        return new Reading.Header(FIXED_BYTES + length, addresses);
    }

    /// Bytes of one address; 0 for a family that has none of ours, -1 for what TCP cannot be.
    private static int addressBytes(int family) {
        return switch (family) {
            case 0x11 -> 4;
            case 0x21 -> 16;
            case 0x00, 0x31 -> 0;
            default -> -1;
        };
    }

    private static ConnectionAddresses addresses(ByteBuf in, int at, int size) {
        return new ConnectionAddresses(
                new InetSocketAddress(address(in, at, size), in.getUnsignedShort(at + 2 * size)),
                new InetSocketAddress(address(in, at + size, size), in.getUnsignedShort(at + 2 * size + 2)));
    }

    private static InetAddress address(ByteBuf in, int at, int size) {
        byte[] bytes = new byte[size];
        in.getBytes(at, bytes);
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address of " + size + " bytes", e);
        }
    }
}
