package io.forebay.perf.scenario;

import io.forebay.perf.peer.Listener;
import io.forebay.perf.peer.Program;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What `perf SCENARIO` can measure.
public enum Scenario {
    PLAIN("plain", "HTTP/1.1 keep-alive, 1 KiB answers, against HAProxy and nginx, and proxies on the JVM") {
        @Override
        List<Workload> workloads() {
            return List.of(Workload.plain("plain", Listener.PLAIN));
        }
    },
    MTLS("mtls", "the same over TLS 1.3 with client certificates") {
        @Override
        List<Workload> workloads() {
            return List.of(Workload.plain("mtls", Listener.MTLS));
        }
    },
    MTLS_TOKEN_LIMIT(
            "mtls-token-limit",
            "mTLS, 10,000 distinct tokens (RS256, then ES256), a limit per client address, against HAProxy; and its cold"
                    + " line, where no token comes twice") {
        @Override
        List<Workload> workloads() {
            return List.of(Workload.rs256(), Workload.es256());
        }
    },
    H2("h2", "HTTP/2 over TLS, forwarded as HTTP/1.1") {
        @Override
        List<Workload> workloads() {
            return List.of(Workload.h2());
        }
    },
    GRPC("grpc", "unary calls of gRPC, HTTP/2 in cleartext on both sides") {
        @Override
        List<Workload> workloads() {
            return List.of(Workload.grpc());
        }
    },
    HANDSHAKES("handshakes", "full TLS 1.3 handshakes, then full ones with a client certificate; none is resumed") {
        @Override
        List<Workload> workloads() {
            return List.of(Workload.handshakes("tls", Listener.TLS), Workload.handshakes("mtls", Listener.MTLS));
        }
    },
    BODIES("bodies", "HTTP/1.1, answers of 1 MiB") {
        @Override
        List<Workload> workloads() {
            return List.of(Workload.bodies());
        }
    },
    WEBSOCKET("websocket", "messages of 1 KiB to an origin that sends them back") {
        @Override
        List<Workload> workloads() {
            return List.of(Workload.webSocket());
        }
    },
    LATENCY("latency", "mTLS at 4,000 requests a second: p50, p99 and p99.9 against HAProxy's") {
        @Override
        List<Workload> workloads() {
            return List.of(Workload.latency());
        }
    },
    IDLE("idle", "10,000 idle TLS connections: resident memory of each"),
    ROUTES("routes", "5,000 routes, one changed after the other under load: failures, and p99 against that at rest"),
    DURABLE_SUBMIT(
            "durable-submit", "1 KiB POSTs answered 202 at 1, 16 and 256 in flight, beside the disk's fdatasync"),
    JOB_CYCLE("job-cycle", "jobs submitted, leased and completed over keep-alive HTTP, a token in every request"),
    HAND_OVER("hand-over", "what slowerThan costs a fast call, and what a hand-over adds to the 202 of a slow one");

    private final String id;
    private final String description;

    Scenario(String id, String description) {
        this.id = id;
        this.description = description;
    }

    public static Optional<Scenario> of(String id) {
        return Arrays.stream(values())
                .filter(scenario -> scenario.id.equals(id))
                .findFirst();
    }

    /// Its name on the command line.
    public String id() {
        return id;
    }

    /// The contests it consists of, the one of most interest first; none where it is measured in its own way.
    List<Workload> workloads() {
        return List.of();
    }

    public String description() {
        return description;
    }

    /// What must be installed: the origin is an nginx in every scenario.
    public Set<Program> programs() {
        Set<Program> programs = EnumSet.of(Program.NGINX, Program.OPENSSL, Program.PYTHON, Program.TASKSET);
        switch (this) {
            case ROUTES, DURABLE_SUBMIT, JOB_CYCLE, HAND_OVER -> {}
            default -> programs.add(Program.HAPROXY);
        }
        return programs;
    }
}
