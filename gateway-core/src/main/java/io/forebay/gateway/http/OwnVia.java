package io.forebay.gateway.http;

import java.nio.charset.StandardCharsets;

/// What the gateway adds to `Via`: the version of HTTP that it *received* the request by, and its name (RFC 9110,
/// section 7.6.3).
public final class OwnVia {
    private static final byte[] HTTP_1_0 = own("1.0");
    private static final byte[] HTTP_1_1 = own("1.1");
    private static final byte[] HTTP_2 = own("2");
    private static final byte[] HTTP_3 = own("3");

    private OwnVia() {}

    private static byte[] own(String version) {
        return (version + " forebay").getBytes(StandardCharsets.US_ASCII);
    }

    /// The element for a request, in ASCII; not to be written to.
    ///
    /// @param version as [Exchange#protocolVersion] has it
    public static byte[] of(String version) {
        return switch (version) {
            case "1.0" -> HTTP_1_0;
            case "1.1" -> HTTP_1_1;
            case "2" -> HTTP_2;
            case "3" -> HTTP_3;
            default -> throw new IllegalArgumentException("no version of HTTP: " + version);
        };
    }
}
