package io.forebay.policy;

/// What text is an IP address: dotted decimal without leading zeros (RFC 6943 section 3.1.1), or IPv6 by its
/// characters, whose order `InetAddress.ofLiteral` judges.
public final class IpLiteral {
    private static final String V4 = "((25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(\\.(?!$)|$)){4}";
    private static final String V6 = "[0-9a-fA-F:.]{2,45}";

    private IpLiteral() {}

    public static boolean isV4(String text) {
        return text.matches(V4);
    }

    /// Whether it has an IPv6 address's characters and a colon.
    public static boolean isV6(String text) {
        return text.matches(V6) && text.indexOf(':') >= 0;
    }
}
