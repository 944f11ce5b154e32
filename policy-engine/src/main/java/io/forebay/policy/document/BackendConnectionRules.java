package io.forebay.policy.document;

import static io.forebay.policy.document.RuleTable.cross;
import static io.forebay.policy.document.RuleTable.notYet;
import static io.forebay.policy.document.RuleTable.range;
import static io.forebay.policy.document.RuleTable.text;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The same for what it says of the connections to a Backend. One row, one rule; each has a case in
/// `BackendConnectionRulesTest`.
final class BackendConnectionRules {
    private static final int PRECONNECTED_MAX = 1_024;
    /// What Linux takes (tcp(7)).
    private static final int PROBES_MAX = 127;

    private static final Duration KEEPALIVE_MAX = Duration.ofSeconds(32_767);

    static final RuleTable TABLE = RuleTable.of(
            cross("spec", BackendConnectionRules::clientsCannotBeForeseen),
            cross("spec.timeout", saying("tcp, http, or both")),
            cross("spec.timeout.tcp", saying("connectTimeout")),
            text("spec.timeout.tcp.connectTimeout", BackendConnectionRules::connectTimeout),
            cross("spec.timeout.http", saying("connectionIdleTimeout, maxConnectionDuration, or both")),
            text("spec.timeout.http.connectionIdleTimeout", BackendConnectionRules::lifetime),
            text("spec.timeout.http.maxConnectionDuration", BackendConnectionRules::lifetime),
            notYet("spec.timeout.http.maxStreamDuration"),
            notYet("spec.timeout.http.requestTimeout"),
            notYet("spec.timeout.http.streamIdleTimeout"),
            cross("spec.tcpKeepalive", saying("probes, idleTime, interval, or several")),
            range("spec.tcpKeepalive.probes", 1, PROBES_MAX),
            text("spec.tcpKeepalive.idleTime", BackendConnectionRules::keepaliveTime),
            text("spec.tcpKeepalive.interval", BackendConnectionRules::keepaliveTime),
            cross("spec.connection", saying("preconnect")),
            range("spec.connection.preconnect.perEndpointConnections", 1, PRECONNECTED_MAX),
            notYet("spec.connection.preconnect.perEndpointPercent"),
            notYet("spec.connection.preconnect.predictivePercent"),
            notYet("spec.connection.bufferLimit"),
            notYet("spec.connection.socketBufferLimit"));

    private BackendConnectionRules() {}

    /// With the PROXY protocol a connection is one client's.
    private static void clientsCannotBeForeseen(Yaml.Mapping spec, String path, Findings findings) {
        Yaml preconnect =
                spec.value("connection") instanceof Yaml.Mapping connection ? connection.value("preconnect") : null;
        if (preconnect != null && spec.value("proxyProtocol") != null) {
            findings.error(
                    preconnect.at(),
                    path + ".connection.preconnect",
                    "with proxyProtocol a connection is made for one client, not before it comes",
                    "one of both");
        }
    }

    private static RuleTable.CrossCheck saying(String expected) {
        return (fields, path, findings) -> {
            if (fields.entries().isEmpty()) {
                findings.error(fields.at(), path, "nothing is said", expected);
            }
        };
    }

    private static @Nullable String connectTimeout(String text) {
        return BackendSettingsRules.between(text, Duration.ofMillis(1), Duration.ofMinutes(1), "1ms to 1m");
    }

    private static @Nullable String lifetime(String text) {
        return BackendSettingsRules.between(text, Duration.ofSeconds(1), Duration.ofHours(24), "1s to 24h");
    }

    private static @Nullable String keepaliveTime(String text) {
        Optional<Duration> time = Gep2257.parse(text);
        boolean isBroken = time.isPresent() && time.get().toMillisPart() != 0;
        return isBroken
                ? "found \"" + text + "\"; expected whole seconds"
                : BackendSettingsRules.between(text, Duration.ofSeconds(1), KEEPALIVE_MAX, "1s to 32767s");
    }
}
