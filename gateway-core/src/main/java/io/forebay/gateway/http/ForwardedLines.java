package io.forebay.gateway.http;

import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;

/// What the upstream is told about the client: `X-Forwarded-*` and `Forwarded` (RFC 7239), made once a connection.
///
/// The client's own `X-Forwarded-For` and `Forwarded` values are kept in front of ours: the last element is the one
/// the gateway vouches for. Its `X-Forwarded-Proto`, `-Host` and `-Port` are replaced.
///
/// @param address the peer's address as `X-Forwarded-For` writes it
/// @param forElement the element of `Forwarded` without its host
/// @param fixed all lines but `X-Forwarded-Host`, for a request that brought no such fields itself
/// @param proto the line `X-Forwarded-Proto`
/// @param port the line `X-Forwarded-Port`
/// @param scheme the value of `X-Forwarded-Proto`
/// @param portText the value of `X-Forwarded-Port`
@SuppressWarnings("ArrayRecordComponent") // read by writers on the loop, never compared or changed
public record ForwardedLines(
        byte[] address,
        byte[] forElement,
        byte[] fixed,
        byte[] proto,
        byte[] port,
        AsciiString scheme,
        AsciiString portText) {

    static ForwardedLines of(String address, boolean isTls, int port) {
        String proto = isTls ? "https" : "http";
        boolean isIpv6 = address.indexOf(':') >= 0;
        String element = "for=" + (isIpv6 ? "\"[" + address + "]\"" : address) + ";proto=" + proto;
        String protoLine = "x-forwarded-proto: " + proto + "\r\n";
        String portLine = "x-forwarded-port: " + port + "\r\n";
        String fixed = "x-forwarded-for: " + address + "\r\nforwarded: " + element + "\r\n" + protoLine + portLine;
        return new ForwardedLines(
                ascii(address),
                ascii(element),
                ascii(fixed),
                ascii(protoLine),
                ascii(portLine),
                AsciiString.of(proto),
                AsciiString.of(Integer.toString(port)));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
