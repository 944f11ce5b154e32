package io.forebay.perf.load;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What one run of the generator does.
///
/// @param target an IPv4 address and port
/// @param isTls whether the connections are TLS 1.3
/// @param certificate client certificate in PEM, or null
/// @param key its key in PEM, or null
/// @param headers further header lines, `Name: value`
/// @param tokens file of bearer tokens, one a line, taken in turn (each as often as any other), or null
/// @param isOnce whether each token is used once and the run ends with the last
/// @param bodyBytes size of the body of each request
/// @param connections how many connections, so how many requests at most are in flight
/// @param warm time before the measured window, at full load
/// @param measured length of the measured window
/// @param requestsPerSecond 0 for a closed loop, else the constant rate
/// @param timeout after which an unanswered request is an error
/// @param shape protocol, streams, when connections are opened
record LoadPlan(
        InetSocketAddress target,
        boolean isTls,
        @Nullable Path certificate,
        @Nullable Path key,
        String method,
        String path,
        List<String> headers,
        @Nullable Path tokens,
        boolean isOnce,
        int bodyBytes,
        int connections,
        Duration warm,
        Duration measured,
        double requestsPerSecond,
        Duration timeout,
        LoadShape shape) {

    static final int CONNECTIONS_MAX = 16_384;

    LoadPlan {
        headers = List.copyOf(headers);
        require(connections >= 1 && connections <= CONNECTIONS_MAX, "connections", connections, "1 to 16384");
        require(bodyBytes >= 0 && bodyBytes <= 16 << 20, "body", bodyBytes, "0 to 16 MiB");
        require(requestsPerSecond >= 0, "rate", requestsPerSecond, "0 (closed loop) or more");
        require(measured.isPositive() && measured.toSeconds() <= 3600, "seconds", measured, "up to an hour");
        require(!warm.isNegative() && warm.toSeconds() <= 3600, "warm", warm, "0 to an hour");
        require(timeout.isPositive(), "timeout", timeout, "more than 0");
        require((certificate == null) == (key == null), "cert and key", certificate, "both or neither");
        require(shape.hold().isZero() || requestsPerSecond > 0, "hold", shape.hold(), "0 without a rate");
        require(shape.variants() == 1 || tokens == null, "variants", shape.variants(), "1 with tokens");
    }

    static void require(boolean holds, String key, @Nullable Object value, String range) {
        if (!holds) {
            throw new IllegalArgumentException(key + " is " + value + ", must be " + range);
        }
    }

    boolean isPaced() {
        return requestsPerSecond > 0;
    }
}
