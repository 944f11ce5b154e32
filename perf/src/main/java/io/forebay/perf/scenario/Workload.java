package io.forebay.perf.scenario;

import io.forebay.perf.load.Connecting;
import io.forebay.perf.load.LoadShape;
import io.forebay.perf.load.Protocol;
import io.forebay.perf.peer.Listener;
import io.forebay.perf.peer.TokenFiles;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What all contenders of a contest are given to do.
///
/// @param id its name among those of its scenario, in a result and before a ratio
/// @param tokens how the bearer tokens are signed that requests bear, or null for none
/// @param rate requests per second, or 0: saturated, then 80 % of what the slowest did
record Workload(
        String id,
        Listener listener,
        @Nullable Signed tokens,
        String path,
        int bodyBytes,
        int connections,
        LoadShape shape,
        double rate) {
    private static final int IN_FLIGHT = 64;
    private static final int H2_CONNECTIONS = 8;
    private static final double LATENCY_RATE = 4_000;

    /// An algorithm, and the bench key's file for it.
    record Signed(TokenFiles.Algorithm algorithm, String key) {}

    static Workload plain(String id, Listener listener) {
        return new Workload(id, listener, null, "/", 0, IN_FLIGHT, LoadShape.PLAIN, 0);
    }

    static Workload rs256() {
        Signed tokens = new Signed(TokenFiles.Algorithm.RS256, "jwt_rs.key");
        return new Workload("rs256", Listener.MTLS_TOKEN, tokens, "/", 0, IN_FLIGHT, LoadShape.PLAIN, 0);
    }

    static Workload es256() {
        Signed tokens = new Signed(TokenFiles.Algorithm.ES256, "jwt_es.p8");
        return new Workload("es256", Listener.MTLS_TOKEN_ES, tokens, "/", 0, IN_FLIGHT, LoadShape.PLAIN, 0);
    }

    /// Eight streams on each of eight connections: as many in flight as elsewhere.
    static Workload h2() {
        return http2("h2", Listener.TLS, Protocol.HTTP2, "/", 0);
    }

    static Workload grpc() {
        return http2("grpc", Listener.GRPC, Protocol.GRPC, "/bench.Echo/Unary", 128);
    }

    private static Workload http2(String id, Listener listener, Protocol protocol, String path, int bodyBytes) {
        LoadShape shape = LoadShape.of(protocol, IN_FLIGHT / H2_CONNECTIONS);
        return new Workload(id, listener, null, path, bodyBytes, H2_CONNECTIONS, shape, 0);
    }

    /// A connection for each request, whose answer of 16 bytes proves that both sides took the handshake.
    static Workload handshakes(String id, Listener listener) {
        LoadShape shape = LoadShape.of(Connecting.EACH, Duration.ZERO);
        return new Workload(id, listener, null, "/b16", 0, IN_FLIGHT, shape, 0);
    }

    static Workload bodies() {
        return new Workload("bodies", Listener.PLAIN, null, "/b1048576", 0, IN_FLIGHT, LoadShape.PLAIN, 0);
    }

    static Workload webSocket() {
        LoadShape shape = LoadShape.of(Protocol.WEBSOCKET, 1);
        return new Workload("websocket", Listener.PLAIN, null, "/ws", 1024, IN_FLIGHT, shape, 0);
    }

    static Workload latency() {
        return new Workload("latency", Listener.MTLS, null, "/", 0, IN_FLIGHT, LoadShape.PLAIN, LATENCY_RATE);
    }

    /// Whether what counts are latencies at a given rate.
    boolean isLatency() {
        return rate > 0;
    }
}
