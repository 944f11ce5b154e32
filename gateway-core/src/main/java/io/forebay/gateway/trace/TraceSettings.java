package io.forebay.gateway.trace;

import io.forebay.policy.AddressRange;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/// Where traces go, and which requests are traced; a change needs a restart.
///
/// @param endpoint the receiver's base, to which `/v1/traces` is added
/// @param ratio of the requests whose sampling is ours to decide, 0 to 1
/// @param trusted clients whose own decision, the sampled flag of `traceparent`, holds
public record TraceSettings(URI endpoint, double ratio, List<AddressRange> trusted) {
    public TraceSettings {
        trusted = List.copyOf(trusted);
        boolean isHttp = "http".equals(endpoint.getScheme()) || "https".equals(endpoint.getScheme());
        if (!isHttp || endpoint.getHost() == null || endpoint.getRawQuery() != null) {
            throw new IllegalArgumentException("traces.endpoint must be an http or https URL: " + endpoint);
        }
        if (!(ratio >= 0 && ratio <= 1)) {
            throw new IllegalArgumentException("traces.ratio must be a number from 0 to 1: " + ratio);
        }
    }

    /// Reads the three as text.
    ///
    /// @param trusted addresses and CIDR ranges with commas between them, or empty
    /// @throws IllegalArgumentException one cannot be read; the message says which, and what is expected
    public static TraceSettings of(String endpoint, String ratio, String trusted) {
        List<AddressRange> ranges = new ArrayList<>();
        for (String text : trusted.isBlank() ? new String[0] : trusted.split(",", -1)) {
            ranges.add(AddressRange.parse(text.strip())
                    .orElseThrow(() -> new IllegalArgumentException(
                            "traces.trusted must be addresses or CIDR ranges with commas between them: " + text)));
        }
        return new TraceSettings(url(endpoint), number(ratio), ranges);
    }

    private static URI url(String text) {
        try {
            return URI.create(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("traces.endpoint must be an http or https URL: " + text, e);
        }
    }

    private static double number(String text) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("traces.ratio must be a number from 0 to 1: " + text, e);
        }
    }

    /// Where spans are posted.
    URI target() {
        String base = endpoint.toString();
        return URI.create((base.endsWith("/") ? base.substring(0, base.length() - 1) : base) + "/v1/traces");
    }
}
