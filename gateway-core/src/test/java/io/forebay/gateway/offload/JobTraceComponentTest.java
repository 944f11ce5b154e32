package io.forebay.gateway.offload;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.gateway.telemetry.AccessLog;
import io.forebay.gateway.telemetry.TelemetrySettings;
import io.forebay.gateway.tls.LeakWatch;
import io.forebay.gateway.trace.TraceReceiver;
import io.forebay.gateway.trace.TraceReceiver.Received;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// The trace of a job: from the request that submitted it to the last attempt.
@ExtendWith(LeakWatch.class)
class JobTraceComponentTest {
    private static final int SERVER = 2;
    private static final int CLIENT = 3;
    private static final int CONSUMER = 5;

    private static List<Received> of(List<Received> spans, int kind) {
        return spans.stream().filter(span -> span.kind() == kind).toList();
    }

    @Test
    void attemptsAreOfTheTraceOfTheSubmit(@TempDir Path folder) throws Exception {
        AtomicInteger calls = new AtomicInteger();
        try (TraceReceiver receiver = new TraceReceiver();
                JobFixture fixture = JobFixture.start(
                        folder,
                        "{concurrency: 1, retry: {attempts: 2, backoff: {base: 1ms, max: 1ms}}}",
                        TelemetrySettings.DEFAULT.accessLog(AccessLog.Level.OFF).traces(receiver.settings("1", "")))) {
            fixture.upstream.answering(call -> call.answer(calls.incrementAndGet() == 1 ? 503 : 200, "", "done"));
            fixture.submit("/always", "order");
            fixture.upstream.awaitCall();
            TestUpstream.Call second = fixture.upstream.awaitCall();
            List<Received> spans = receiver.await(5);

            List<Received> submits = of(spans, SERVER);
            assertThat(submits).hasSize(1);
            Received submit = submits.getFirst();
            assertThat(submit.attributes()).containsEntry("http.response.status_code", "202");
            assertThat(spans).allMatch(span -> span.traceId().equals(submit.traceId()));

            List<Received> attempts = of(spans, CONSUMER);
            assertThat(attempts)
                    .hasSize(2)
                    .allMatch(span -> span.parentId().equals(submit.spanId()))
                    .allMatch(span -> span.name().equals("attempt POST"));
            List<Received> tries = of(spans, CLIENT);
            assertThat(tries)
                    .extracting(Received::parentId)
                    .containsExactlyElementsOf(
                            attempts.stream().map(Received::spanId).toList());
            assertThat(tries.getFirst().attributes()).containsEntry("error.type", "503");
            assertThat(second.field("traceparent"))
                    .isEqualTo("00-" + submit.traceId() + "-" + tries.getLast().spanId() + "-01");
        }
    }
}
