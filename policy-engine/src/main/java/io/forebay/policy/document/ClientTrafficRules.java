package io.forebay.policy.document;

import static io.forebay.policy.document.RuleTable.cross;
import static io.forebay.policy.document.RuleTable.items;
import static io.forebay.policy.document.RuleTable.notYet;
import static io.forebay.policy.document.RuleTable.range;
import static io.forebay.policy.document.RuleTable.required;
import static io.forebay.policy.document.RuleTable.text;
import static io.forebay.policy.document.RuleTable.unique;

import io.forebay.policy.AddressRange;
import io.forebay.policy.ClientTraffic;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The same for what a ClientTrafficPolicy says of the ports of a Gateway. One row, one rule; each has a case in
/// `ClientTrafficRulesTest`.
final class ClientTrafficRules {
    private static final int CONNECTIONS_MAX = 1_000_000;
    private static final int STREAMS_MAX = 10_000;
    private static final long WINDOW_BYTES_MIN = ClientTraffic.Http2.WINDOW_BYTES_MIN;
    private static final long WINDOW_BYTES_MAX = 64L << 20;
    private static final long RATE_BYTES_MAX = 1L << 30;
    /// Time limits of clients are looked at ten times a second.
    private static final Duration PATIENCE_MIN = Duration.ofSeconds(1);
    private static final Duration PATIENCE_MAX = Duration.ofHours(24);

    static final RuleTable TABLE = ForebayRules.targets(List.of("Gateway"))
            .plus(RuleTable.of(
                    cross("spec", ClientTrafficRules::saysSomething),
                    required("spec.proxyProtocol", "trustedCIDRs"),
                    items("spec.proxyProtocol.trustedCIDRs", 1, 64),
                    unique("spec.proxyProtocol.trustedCIDRs"),
                    text("spec.proxyProtocol.trustedCIDRs[]", ClientTrafficRules::rangeProblem),
                    notYet("spec.enableProxyProtocol"),
                    notYet("spec.clientIPDetection"),
                    notYet("spec.tcpKeepalive"),
                    cross("spec.connection", saying("connectionLimit")),
                    cross("spec.connection.connectionLimit", saying("value, perClientAddress, or both")),
                    range("spec.connection.connectionLimit.value", 1, CONNECTIONS_MAX),
                    range("spec.connection.connectionLimit.perClientAddress", 1, CONNECTIONS_MAX),
                    notYet("spec.connection.connectionLimit.closeDelay"),
                    notYet("spec.connection.connectionLimit.maxConnectionDuration"),
                    notYet("spec.connection.connectionLimit.maxRequestsPerConnection"),
                    notYet("spec.connection.connectionLimit.maxStreamDuration"),
                    notYet("spec.connection.bufferLimit"),
                    notYet("spec.connection.socketBufferLimit"),
                    notYet("spec.connection.maxAcceptPerSocketEvent"),
                    notYet("spec.headers"),
                    notYet("spec.healthCheck"),
                    notYet("spec.http1"),
                    cross(
                            "spec.http2",
                            saying("maxConcurrentStreams, initialStreamWindowSize, initialConnectionWindowSize")),
                    range("spec.http2.maxConcurrentStreams", 1, STREAMS_MAX),
                    text("spec.http2.initialStreamWindowSize", ClientTrafficRules::window),
                    range("spec.http2.initialStreamWindowSize", WINDOW_BYTES_MIN, WINDOW_BYTES_MAX),
                    text("spec.http2.initialConnectionWindowSize", ClientTrafficRules::window),
                    range("spec.http2.initialConnectionWindowSize", WINDOW_BYTES_MIN, WINDOW_BYTES_MAX),
                    notYet("spec.http2.onInvalidMessage"),
                    notYet("spec.http2.connectionKeepalive"),
                    notYet("spec.path"),
                    notYet("spec.scheme"),
                    cross("spec.timeout", saying("http")),
                    cross("spec.timeout.http", saying("requestReceivedTimeout, idleTimeout, minBodyRate")),
                    text("spec.timeout.http.requestReceivedTimeout", ClientTrafficRules::patience),
                    text("spec.timeout.http.idleTimeout", ClientTrafficRules::patience),
                    text("spec.timeout.http.minBodyRate", ClientTrafficRules::rate),
                    range("spec.timeout.http.minBodyRate", 1, RATE_BYTES_MAX),
                    notYet("spec.timeout.http.streamIdleTimeout"),
                    notYet("spec.timeout.tcp"),
                    notYet("spec.tls")));

    private ClientTrafficRules() {}

    private static void saysSomething(Yaml.Mapping spec, String path, Findings findings) {
        if (List.of("targetRefs", "mode").containsAll(spec.entries().keySet())) {
            findings.error(
                    spec.at(), path, "the policy asks for nothing", "proxyProtocol, http3, connection, http2, timeout");
        }
        Yaml http3 = spec.value("http3");
        if (http3 != null && spec.value("proxyProtocol") != null) {
            findings.error(
                    http3.at(), path + ".http3", "datagrams bear no header of the PROXY protocol", "one of both");
        }
        if (spec.value("mode") instanceof Yaml.Scalar mode && mode.text().equals("shadow")) {
            findings.error(mode.at(), path + ".mode", "a connection cannot be read two ways at once", "enforce or off");
        }
    }

    private static RuleTable.CrossCheck saying(String expected) {
        return (fields, path, findings) -> {
            if (fields.entries().isEmpty()) {
                findings.error(fields.at(), path, "nothing is said", expected);
            }
        };
    }

    private static @Nullable String window(String text) {
        return between(text, WINDOW_BYTES_MIN, WINDOW_BYTES_MAX, "65535 to 64Mi");
    }

    private static @Nullable String rate(String text) {
        return between(text, 1, RATE_BYTES_MAX, "1 to 1Gi, in bytes a second");
    }

    private static @Nullable String between(String text, long min, long max, String written) {
        Optional<ByteSize> size = ByteSize.parse(text);
        return size.isPresent() && (size.get().bytes() < min || size.get().bytes() > max)
                ? "found \"" + text + "\"; expected " + written
                : null;
    }

    private static @Nullable String patience(String text) {
        Optional<Duration> time = Gep2257.parse(text);
        return time.isPresent()
                        && (time.get().compareTo(PATIENCE_MIN) < 0 || time.get().compareTo(PATIENCE_MAX) > 0)
                ? "found \"" + text + "\"; expected 1s to 24h"
                : null;
    }

    private static @Nullable String rangeProblem(String text) {
        return AddressRange.parse(text).isPresent()
                ? null
                : "found \"" + text + "\"; expected a range of addresses without bits beyond its prefix,"
                        + " such as 10.0.0.0/8";
    }
}
