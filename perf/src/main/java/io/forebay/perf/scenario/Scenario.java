package io.forebay.perf.scenario;

import io.forebay.perf.peer.Listener;
import io.forebay.perf.peer.Program;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/// What `perf SCENARIO` can measure.
public enum Scenario {
    PLAIN("plain", Listener.PLAIN, "HTTP/1.1 keep-alive, 1 KiB answers, against HAProxy and nginx"),
    MTLS("mtls", Listener.MTLS, "the same over TLS 1.3 with client certificates"),
    MTLS_TOKEN_LIMIT(
            "mtls-token-limit",
            Listener.MTLS_TOKEN,
            "mTLS, 10,000 distinct RS256 tokens, a limit per client address, against HAProxy; and its cold line, where no"
                    + " token comes twice"),
    DURABLE_SUBMIT(
            "durable-submit",
            Listener.SUBMIT,
            "1 KiB POSTs answered 202 at 1, 16 and 256 in flight, beside the disk's fdatasync"),
    JOB_CYCLE(
            "job-cycle",
            Listener.CYCLE,
            "jobs submitted, leased and completed over keep-alive HTTP, a token in every request"),
    HAND_OVER(
            "hand-over",
            Listener.SLOWER,
            "what slowerThan costs a fast call, and what a hand-over adds to the 202 of a slow one");

    private final String id;
    private final Listener listener;
    private final String description;

    Scenario(String id, Listener listener, String description) {
        this.id = id;
        this.listener = listener;
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

    Listener listener() {
        return listener;
    }

    public String description() {
        return description;
    }

    /// What must be installed: the origin is an nginx in every scenario.
    public Set<Program> programs() {
        Set<Program> programs = EnumSet.of(Program.NGINX, Program.OPENSSL, Program.PYTHON, Program.TASKSET);
        switch (this) {
            case PLAIN, MTLS, MTLS_TOKEN_LIMIT -> programs.add(Program.HAPROXY);
            case DURABLE_SUBMIT, JOB_CYCLE, HAND_OVER -> {}
        }
        return programs;
    }
}
