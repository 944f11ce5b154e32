package io.forebay.mesh;

import static io.forebay.mesh.UpstreamFailure.Repeat.MAYBE_PROCESSED;
import static io.forebay.mesh.UpstreamFailure.Repeat.NEVER;
import static io.forebay.mesh.UpstreamFailure.Repeat.UNPROCESSED;
import static io.forebay.mesh.UpstreamFailure.Source.GATEWAY;
import static io.forebay.mesh.UpstreamFailure.Source.UPSTREAM;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.mesh.UpstreamFailure.Repeat;
import io.forebay.mesh.UpstreamFailure.ResetBeforeAnswer.Cause;
import io.forebay.mesh.UpstreamFailure.Source;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class UpstreamFailureTest {
    private static final Endpoint AT = new Endpoint("10.0.0.1", 80);
    private static final BackendId MENU = new BackendId("shop", "menu");

    record Row(UpstreamFailure failure, String reason, Source source, Repeat repeat, boolean countsAgainstEndpoint) {}

    private static List<Row> table() {
        return List.of(
                row(new UpstreamFailure.ConnectRefused(AT), "upstream-connect-refused", UPSTREAM, UNPROCESSED, true),
                row(new UpstreamFailure.ConnectTimeout(AT, 1), "upstream-connect-timeout", UPSTREAM, UNPROCESSED, true),
                row(new UpstreamFailure.ConnectFailed(AT, "x"), "upstream-connect-failed", UPSTREAM, UNPROCESSED, true),
                row(new UpstreamFailure.NameUnresolved(AT), "upstream-name-unresolved", UPSTREAM, UNPROCESSED, true),
                row(new UpstreamFailure.TlsFailed(AT, "x"), "upstream-tls-failed", UPSTREAM, UNPROCESSED, true),
                row(
                        new UpstreamFailure.SocketUnavailable(AT, "x"),
                        "gateway-out-of-sockets",
                        GATEWAY,
                        UNPROCESSED,
                        false),
                row(reset(Cause.BROKEN), "upstream-reset-before-answer", UPSTREAM, MAYBE_PROCESSED, true),
                row(reset(Cause.STALE), "upstream-reset-before-answer", UPSTREAM, MAYBE_PROCESSED, false),
                row(reset(Cause.UNPROCESSED), "upstream-reset-before-answer", UPSTREAM, UNPROCESSED, false),
                row(new UpstreamFailure.ReplayLost(AT), "replay-lost", GATEWAY, NEVER, false),
                row(new UpstreamFailure.ResetDuringAnswer(AT), "upstream-reset-during-answer", UPSTREAM, NEVER, true),
                row(new UpstreamFailure.RequestTimeout(1), "request-timeout", GATEWAY, NEVER, false),
                row(
                        new UpstreamFailure.BackendRequestTimeout(AT, 1, true),
                        "backend-request-timeout",
                        GATEWAY,
                        MAYBE_PROCESSED,
                        true),
                row(
                        new UpstreamFailure.BackendRequestTimeout(AT, 1, false),
                        "backend-request-timeout",
                        GATEWAY,
                        MAYBE_PROCESSED,
                        false),
                row(
                        new UpstreamFailure.StreamIdleTimeout(AT, 1, true),
                        "stream-idle-timeout",
                        GATEWAY,
                        MAYBE_PROCESSED,
                        true),
                row(new UpstreamFailure.MalformedAnswer(AT, "x"), "upstream-malformed-answer", UPSTREAM, NEVER, true),
                row(new UpstreamFailure.AnswerTooLarge(AT, 1), "upstream-answer-too-large", GATEWAY, NEVER, false),
                row(new UpstreamFailure.NoReadyEndpoint(MENU), "no-ready-endpoint", GATEWAY, UNPROCESSED, false),
                row(limit(BackendResource.CONNECTIONS), "backend-connections-limit", GATEWAY, UNPROCESSED, false),
                row(limit(BackendResource.PENDING), "backend-pending-limit", GATEWAY, UNPROCESSED, false),
                row(limit(BackendResource.REQUESTS), "backend-requests-limit", GATEWAY, UNPROCESSED, false),
                row(
                        new UpstreamFailure.AdaptiveLimitReached(MENU),
                        "backend-adaptive-limit",
                        GATEWAY,
                        UNPROCESSED,
                        false),
                row(new UpstreamFailure.NotAdmitted(MENU), "backend-not-admitted", GATEWAY, UNPROCESSED, false));
    }

    private static Row row(
            UpstreamFailure failure, String reason, Source source, Repeat repeat, boolean countsAgainstEndpoint) {
        return new Row(failure, reason, source, repeat, countsAgainstEndpoint);
    }

    private static UpstreamFailure reset(Cause cause) {
        return new UpstreamFailure.ResetBeforeAnswer(AT, cause, true);
    }

    private static UpstreamFailure limit(BackendResource resource) {
        return new UpstreamFailure.LimitReached(MENU, resource);
    }

    @ParameterizedTest
    @MethodSource("table")
    void eachFailureSaysWhyWhoAndWhetherToRepeat(Row row) {
        assertThat(row.failure.reason()).isEqualTo(row.reason);
        assertThat(row.failure.source()).isEqualTo(row.source);
        assertThat(row.failure.repeat()).isEqualTo(row.repeat);
        assertThat(row.failure.isEndpointFault()).isEqualTo(row.countsAgainstEndpoint);
    }

    @Test
    void theTableNamesEveryFailure() {
        Set<Class<?>> inTable = new HashSet<>();
        table().forEach(row -> inTable.add(row.failure.getClass()));
        assertThat(inTable)
                .containsExactlyInAnyOrderElementsOf(
                        leaves(UpstreamFailure.class).toList());
    }

    private static Stream<Class<?>> leaves(Class<?> type) {
        return type.isSealed()
                ? Arrays.stream(type.getPermittedSubclasses()).flatMap(UpstreamFailureTest::leaves)
                : Stream.of(type);
    }
}
