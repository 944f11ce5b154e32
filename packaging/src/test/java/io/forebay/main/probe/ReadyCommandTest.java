package io.forebay.main.probe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ReadyCommandTest {
    private static final String READY = answer("200 OK", "{\"ready\":true,\"parts\":[]}");
    private static final String UNREADY = answer(
            "503 Service Unavailable",
            "{\"ready\":false,\"parts\":[{\"name\":\"store\",\"ready\":false},{\"name\":\"policy\",\"ready\":true}]}");

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path data;

    private static String answer(String status, String body) {
        return "HTTP/1.1 " + status + "\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }

    private int run(String... arguments) {
        return new CommandLine(new ReadyCommand())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    /// Runs the command against a port that gives one answer, whose address stands in the data folder.
    private int runAgainst(String answer, String... more) throws IOException, InterruptedException {
        try (ServerSocket port = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Files.writeString(data.resolve("admin.address"), "http://127.0.0.1:" + port.getLocalPort() + "\n");
            Thread server = Thread.ofVirtual().start(() -> answerOnce(port, answer));
            String[] arguments = new String[more.length + 2];
            arguments[0] = "--data";
            arguments[1] = data.toString();
            System.arraycopy(more, 0, arguments, 2, more.length);
            int exitCode = run(arguments);
            server.join();
            return exitCode;
        }
    }

    private static void answerOnce(ServerSocket port, String answer) {
        try (Socket socket = port.accept()) {
            InputStream in = socket.getInputStream();
            StringBuilder request = new StringBuilder();
            while (request.indexOf("\r\n\r\n") < 0) {
                request.append((char) in.read());
            }
            if (!request.toString().startsWith("GET /ready HTTP/1.1\r\n")) {
                return;
            }
            socket.getOutputStream().write(answer.getBytes(StandardCharsets.UTF_8));
            // As the operators' port does, it leaves the connection to the client to close.
            while (in.read() >= 0) {}
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void readyIsExitCode0() throws Exception {
        assertThat(runAgainst(READY)).as(err.toString()).isZero();
        assertThat(out.toString()).isEqualTo("ready" + System.lineSeparator());
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void notReadyIsExitCode1AndNamesThePart() throws Exception {
        assertThat(runAgainst(UNREADY)).isEqualTo(1);
        assertThat(err.toString()).contains("not ready: store").doesNotContain("policy");
    }

    @Test
    void jsonSaysTheSame() throws Exception {
        assertThat(runAgainst(UNREADY, "--json")).isEqualTo(1);
        assertThat(out.toString())
                .contains("\"ready\" : false", "\"unready\" : [ \"store\" ]", "\"reason\" : \"not ready: store\"");
    }

    @Test
    void anotherServerOnThePortIsNotReadiness() throws Exception {
        assertThat(runAgainst(answer("200 OK", "hello"))).isEqualTo(1);
        assertThat(err.toString()).contains("is no operators' port");
    }

    @Test
    void nobodyThereIsExitCode1() throws IOException {
        int free;
        try (ServerSocket port = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = port.getLocalPort();
        }

        assertThat(run("--admin-port", String.valueOf(free))).isEqualTo(1);
        assertThat(err.toString()).contains("nobody answers at http://127.0.0.1:" + free);
    }

    @Test
    void dataFolderThatNoGatewayUsedIsSaid() {
        assertThat(run("--data", data.toString())).isEqualTo(1);
        assertThat(err.toString()).contains("admin.address");
    }

    @Test
    void dataFolderAndAddressTogetherAreWrongUsage() {
        assertThat(run("--data", data.toString(), "--admin-port", "9901")).isEqualTo(64);
    }

    @Test
    void timeoutOutOfRangeIsWrongUsage() {
        assertThat(run("--timeout", "0")).isEqualTo(64);
        assertThat(err.toString()).contains("1 to 60");
    }
}
