package io.forebay.perf.scenario;

import io.forebay.perf.load.Load;
import io.forebay.perf.load.LoadShape;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// One run of the generator, as its command line.
///
/// @param tls what is shown in the handshake, or null for clear text
/// @param tokens file of bearer tokens or null
/// @param isOnce whether each token is used once and ends the run with the last
/// @param rate requests per second, 0 for a closed loop
/// @param expectedStatus any other answer makes the run void
/// @param shape what is beyond HTTP/1.1 on connections that are kept
/// @param headers further field lines
record Drive(
        int port,
        @Nullable ClientKey tls,
        @Nullable Path tokens,
        boolean isOnce,
        String method,
        String path,
        int bodyBytes,
        int connections,
        double warmSeconds,
        double seconds,
        double rate,
        int expectedStatus,
        LoadShape shape,
        List<String> headers)
        implements Driver {

    Drive {
        headers = List.copyOf(headers);
    }

    /// HTTP/1.1 on connections that are kept.
    Drive(
            int port,
            @Nullable ClientKey tls,
            @Nullable Path tokens,
            boolean isOnce,
            String method,
            String path,
            int bodyBytes,
            int connections,
            double warmSeconds,
            double seconds,
            double rate,
            int expectedStatus) {
        this(
                port,
                tls,
                tokens,
                isOnce,
                method,
                path,
                bodyBytes,
                connections,
                warmSeconds,
                seconds,
                rate,
                expectedStatus,
                LoadShape.PLAIN,
                List.of());
    }

    /// TLS: the client certificate in PEM with its chain, and its key; or null for both.
    record ClientKey(@Nullable Path certificate, @Nullable Path key) {
        static final ClientKey NONE = new ClientKey(null, null);
    }

    Drive paced(double requestsPerSecond) {
        return new Drive(
                port,
                tls,
                tokens,
                isOnce,
                method,
                path,
                bodyBytes,
                connections,
                warmSeconds,
                seconds,
                requestsPerSecond,
                expectedStatus,
                shape,
                headers);
    }

    Drive shaped(LoadShape newShape, int newConnections) {
        return new Drive(
                port,
                tls,
                tokens,
                isOnce,
                method,
                path,
                bodyBytes,
                newConnections,
                warmSeconds,
                seconds,
                rate,
                expectedStatus,
                newShape,
                headers);
    }

    @Override
    public Drive lasting(double newWarmSeconds, double newSeconds) {
        return new Drive(
                port,
                tls,
                tokens,
                isOnce,
                method,
                path,
                bodyBytes,
                connections,
                newWarmSeconds,
                newSeconds,
                rate,
                expectedStatus,
                shape,
                headers);
    }

    Drive withTokens(Path file, boolean once) {
        return new Drive(
                port,
                tls,
                file,
                once,
                method,
                path,
                bodyBytes,
                connections,
                warmSeconds,
                seconds,
                rate,
                expectedStatus,
                shape,
                headers);
    }

    @Override
    public Class<?> main() {
        return Load.class;
    }

    @Override
    public List<String> options() {
        List<String> options = new ArrayList<>(List.of("127.0.0.1:" + port, "--announce"));
        if (tls != null) {
            options.add("--tls");
        }
        if (tls != null && tls.certificate() != null && tls.key() != null) {
            options.addAll(List.of(
                    "--cert", tls.certificate().toString(), "--key", tls.key().toString()));
        }
        headers.forEach(line -> options.addAll(List.of("--header", line)));
        options.addAll(shape.options());
        if (tokens != null) {
            options.addAll(List.of("--tokens", tokens.toString()));
        }
        if (isOnce) {
            options.add("--once");
        }
        options.addAll(List.of("--method", method, "--path", path, "--body", Integer.toString(bodyBytes)));
        options.addAll(List.of("--connections", Integer.toString(connections)));
        options.addAll(List.of("--warm", decimal(warmSeconds), "--seconds", decimal(seconds), "--rate", decimal(rate)));
        return options;
    }

    private static String decimal(double value) {
        return String.format(Locale.ROOT, "%.3f", value);
    }
}
