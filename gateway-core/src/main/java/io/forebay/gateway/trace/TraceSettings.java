package io.forebay.gateway.trace;

import io.forebay.gateway.otlp.OtlpEndpoint;
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
    private static final String ENDPOINT = "traces.endpoint";

    public TraceSettings {
        trusted = List.copyOf(trusted);
        OtlpEndpoint.require(ENDPOINT, endpoint);
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
        return new TraceSettings(OtlpEndpoint.parse(ENDPOINT, endpoint), number(ratio), ranges);
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
        return OtlpEndpoint.target(endpoint, "traces");
    }
}
