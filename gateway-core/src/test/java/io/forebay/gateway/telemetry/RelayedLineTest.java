package io.forebay.gateway.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.gateway.relay.RelayedConnection;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// What each format tells of a connection that was relayed as it was.
class RelayedLineTest {
    private static final long ENDED_MS = 1_000_000_000_000L;

    private static RelayedConnection connection(String serverName, long sentBytes) {
        return new RelayedConnection(
                "default/edge/pass",
                "TLSRoute/default/db/0",
                "192.0.2.1",
                serverName,
                "10.0.0.1:5432",
                TimeUnit.SECONDS.toNanos(40),
                8,
                sentBytes,
                serverName.isEmpty() ? null : "idle-timeout");
    }

    private static String line(AccessFormat format, RelayedConnection connection) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        format.write(connection, ENDED_MS, out);
        return out.toString(StandardCharsets.US_ASCII);
    }

    @Test
    void jsonTellsAllThatIsKnown() throws IOException {
        assertThat(line(new JsonAccessFormat(), connection("db.example", 22)))
                .isEqualTo(
                        "{\"time\":\"2001-09-09T01:46:40Z\",\"client\":\"192.0.2.1\",\"listener\":\"default/edge/pass\","
                                + "\"serverName\":\"db.example\",\"reason\":\"idle-timeout\",\"route\":\"TLSRoute/default/db/0\","
                                + "\"upstream\":\"10.0.0.1:5432\",\"durationUs\":40000000,\"requestBytes\":8,\"responseBytes\":22}\n");
        assertThat(line(new JsonAccessFormat(), connection("", 0)))
                .doesNotContain("serverName")
                .doesNotContain("reason");
    }

    @Test
    void commonLogFormatHasNoRequestToTellOf() throws IOException {
        assertThat(line(new NcsaAccessFormat(false), connection("db.example", 22)))
                .isEqualTo("192.0.2.1 - - [09/Sep/2001:01:46:00 +0000] \"-\" - 22\n");
        assertThat(line(new NcsaAccessFormat(true), connection("", 0)))
                .isEqualTo("192.0.2.1 - - [09/Sep/2001:01:46:00 +0000] \"-\" - - \"-\" \"-\"\n");
    }
}
