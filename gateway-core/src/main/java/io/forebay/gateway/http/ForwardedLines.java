package io.forebay.gateway.http;

import java.nio.charset.StandardCharsets;

/// What the upstream is told about the client: `X-Forwarded-*` and `Forwarded` (RFC 7239), made once a connection.
///
/// The client's own `X-Forwarded-For` and `Forwarded` values are kept in front of ours: the last element is the one
/// the gateway vouches for. Its `X-Forwarded-Proto`, `-Host` and `-Port` are replaced.
///
/// @param address the peer's address as `X-Forwarded-For` writes it
/// @param forElement the element of `Forwarded` without its host
/// @param fixed the lines of a request that brought no such fields itself, all but `X-Forwarded-Host`
/// @param scheme the lines that replace the client's
@SuppressWarnings("ArrayRecordComponent") // read by writers on the loop, never compared or changed
public record ForwardedLines(byte[] address, byte[] forElement, byte[] fixed, byte[] scheme) {

    static ForwardedLines of(String address, boolean isTls, int port) {
        String proto = isTls ? "https" : "http";
        boolean isIpv6 = address.indexOf(':') >= 0;
        String element = "for=" + (isIpv6 ? "\"[" + address + "]\"" : address) + ";proto=" + proto;
        String scheme = "x-forwarded-proto: " + proto + "\r\nx-forwarded-port: " + port + "\r\n";
        String fixed = "x-forwarded-for: " + address + "\r\nforwarded: " + element + "\r\n" + scheme;
        return new ForwardedLines(ascii(address), ascii(element), ascii(fixed), ascii(scheme));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
