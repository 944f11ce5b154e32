package io.forebay.gateway.proxyprotocol;

import io.forebay.gateway.http.ConnectionAddresses;
import io.forebay.mesh.BackendTransport.ProxyVersion;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Writes a header of the PROXY protocol. Connections of the gateway's own (probes, jobs) are `UNKNOWN` in
/// version 1 and `LOCAL` in version 2. Pure but for the buffer.
public final class ProxyHeaderWriter {
    private static final byte[] UNKNOWN = "PROXY UNKNOWN\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int LOCAL = 0x20;
    private static final int PROXIED = 0x21;
    private static final int V4_BYTES = 4;
    private static final int V6_BYTES = 16;

    private ProxyHeaderWriter() {}

    /// A header; the buffer is the caller's.
    public static ByteBuf write(ProxyVersion version, ConnectionAddresses addresses, ByteBufAllocator allocator) {
        return switch (version) {
            case V1 -> line(addresses, allocator);
            case V2 -> binary(addresses, allocator);
        };
    }

    private static boolean isV4(ConnectionAddresses addresses) {
        return addresses.source().getAddress() instanceof Inet4Address
                && addresses.destination().getAddress() instanceof Inet4Address;
    }

    private static ByteBuf line(ConnectionAddresses addresses, ByteBufAllocator allocator) {
        if (!addresses.isKnown()) {
            return allocator.buffer(UNKNOWN.length).writeBytes(UNKNOWN);
        }
        boolean isV4 = isV4(addresses);
        String text = "PROXY " + (isV4 ? "TCP4 " : "TCP6 ")
                + text(addresses.source().getAddress(), isV4) + " "
                + text(addresses.destination().getAddress(), isV4) + " "
                + addresses.source().getPort() + " "
                + addresses.destination().getPort() + "\r\n";
        return ByteBufUtil.writeAscii(allocator, text);
    }

    private static String text(InetAddress address, boolean isV4) {
        if (address instanceof Inet4Address && !isV4) {
            return "::ffff:" + address.getHostAddress();
        }
        String text = address.getHostAddress();
        int zone = text.indexOf('%');
        return zone < 0 ? text : text.substring(0, zone);
    }

    private static ByteBuf binary(ConnectionAddresses addresses, ByteBufAllocator allocator) {
        ByteBuf header = allocator.buffer(64).writeBytes(ProxyHeaderReader.SIGNATURE);
        if (!addresses.isKnown()) {
            return header.writeByte(LOCAL).writeByte(0).writeShort(0);
        }
        boolean isV4 = isV4(addresses);
        header.writeByte(PROXIED).writeByte(isV4 ? 0x11 : 0x21).writeShort(2 * (isV4 ? V4_BYTES : V6_BYTES) + 4);
        header.writeBytes(bytes(addresses.source().getAddress(), isV4));
        header.writeBytes(bytes(addresses.destination().getAddress(), isV4));
        return header.writeShort(addresses.source().getPort())
                .writeShort(addresses.destination().getPort());
    }

    /// An IPv4 address beside an IPv6 one is written as IPv4-mapped (RFC 4291 section 2.5.5.2).
    private static byte[] bytes(InetAddress address, boolean isV4) {
        byte[] bytes = address.getAddress();
        if (isV4 || bytes.length == V6_BYTES) {
            return bytes;
        }
        byte[] mapped = new byte[V6_BYTES];
        Arrays.fill(mapped, 10, 12, (byte) 0xff);
        System.arraycopy(bytes, 0, mapped, 12, V4_BYTES);
        return mapped;
    }
}
