package io.forebay.gateway.offload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.forebay.gateway.http.ResponseFlag;
import io.forebay.gateway.telemetry.AccessLog;
import io.forebay.gateway.telemetry.TelemetrySettings;
import io.forebay.gateway.tls.LeakWatch;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// The flags of attempts of jobs, and of answers that are kept.
@ExtendWith(LeakWatch.class)
class JobFlagsComponentTest {
    private static final int MIB = 1 << 20;
    private static final String QUEUE =
            "{concurrency: 2, retry: {attempts: 1}, limits: {maxBody: 8Mi, maxResult: 8Mi}}";

    private JobFixture fixture;
    private Path folder;

    @BeforeEach
    void start(@TempDir Path temporary) throws Exception {
        folder = temporary;
        fixture = JobFixture.start(folder, QUEUE, TelemetrySettings.DEFAULT.accessLog(AccessLog.Level.PROBLEMS));
    }

    @AfterEach
    void stop() throws IOException {
        fixture.close();
    }

    private void isTold(ResponseFlag flag) {
        await().untilAsserted(
                        () -> assertThat(fixture.gateway.accessLog()).contains("\"flag\":\"" + flag.code() + "\""));
    }

    @Test
    void attemptOfACanceledJobIsMarked() throws Exception {
        fixture.upstream.answering(TestUpstream.Call::awaitClose);
        String job = fixture.submit("/always", "order");
        fixture.upstream.awaitCall();
        fixture.send("DELETE", job, fixture.amina, "");
        isTold(ResponseFlag.ATTEMPT_ENDED);
        assertThat(fixture.gateway.accessLog()).doesNotContain("client-gone");
    }

    @Test
    void attemptWhoseUpstreamClosesHasTheUpstreamsFlag() throws Exception {
        fixture.upstream.answering(call -> call.out().close());
        fixture.submit("/always", "order");
        isTold(ResponseFlag.UPSTREAM_RESET_BEFORE_ANSWER);
        assertThat(fixture.gateway.accessLog()).contains("\"reason\":\"upstream-reset-before-answer\"");
    }

    @Test
    void answerThatIsTooLongToBeKeptIsMarked() throws Exception {
        fixture.upstream.answering(call -> call.answer(200, "", new byte[9 * MIB]));
        fixture.awaitState(fixture.submit("/always", "order"), "failed");
        isTold(ResponseFlag.UPSTREAM_ANSWER_TOO_LARGE);
    }

    @Test
    void answerThatCannotBeReadToItsEndIsMarked() throws Exception {
        fixture.upstream.answering(call -> call.answer(200, "", new byte[6 * MIB]));
        String job = fixture.submit("/always", "order");
        fixture.awaitState(job, "succeeded");
        try (RandomAccessFile file = new RandomAccessFile(file().toFile(), "rw")) {
            file.seek(4 * MIB);
            file.write(1);
        }
        assertThatThrownBy(() -> fixture.get(job + "/result"))
                .as("the answer is cut off")
                .isInstanceOf(AssertionError.class);
        isTold(ResponseFlag.BODY_UNREADABLE);
    }

    private Path file() {
        try (Stream<Path> all = Files.walk(folder.resolve("store/spool"))) {
            return all.filter(Files::isRegularFile).findFirst().orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
