package io.forebay.main.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.main.init.InitCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/// The command on the host that the tests run on.
class DoctorCommandTest {
    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();

    private int doctor(String... arguments) {
        return new CommandLine(new DoctorCommand())
                .setOut(new PrintWriter(out, true))
                .execute(arguments);
    }

    @Test
    void everyCheckSpeaksAndNothingStaysBehind() throws IOException {
        Path site = folder.resolve("site");
        new CommandLine(new InitCommand())
                .setOut(new PrintWriter(new StringWriter()))
                .execute(site.toString());
        long files = count(site.resolve("data"));

        doctor(
                "--json",
                "--data",
                site.resolve("data").toString(),
                "--policy",
                site.resolve("policy").toString(),
                "--config",
                site.resolve("forebay.properties").toString());

        for (String check : new String[] {
            "boot-file",
            "open-files",
            "locked-memory",
            "memory",
            "io-uring",
            "clock",
            "disk-sync",
            "disk-space",
            "disk-inodes",
            "policy",
            "port-8443",
            "port-9901",
            "certificate"
        }) {
            assertThat(out.toString()).contains("\"check\" : \"" + check + "\"");
        }
        assertThat(out.toString()).contains("\"healthy\" : ");
        assertThat(count(site.resolve("data"))).isEqualTo(files);
    }

    private static long count(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.count();
        }
    }

    @Test
    void aPortThatIsTakenIsFailedAndNamesThisProcess() throws IOException {
        try (ServerSocket other = new ServerSocket()) {
            other.bind(new InetSocketAddress(0));
            Path policy = Files.createDirectory(folder.resolve("policy"));
            Files.writeString(policy.resolve("gateway.yaml"), """
                    apiVersion: gateway.networking.k8s.io/v1
                    kind: Gateway
                    metadata: {name: edge}
                    spec: {gatewayClassName: forebay, listeners: [{name: http, port: %d, protocol: HTTP}]}
                    """.formatted(other.getLocalPort()));

            assertThat(doctor("--policy", policy.toString())).isEqualTo(1);
        }
        assertThat(out.toString())
                .containsPattern("failed +port-\\d+ +not to be had: process "
                        + ProcessHandle.current().pid() + ", ")
                .contains("listener default/edge/http");
    }

    @Test
    void aBootFileThatIsWrongIsFailed() throws IOException {
        Path file = Files.writeString(folder.resolve("f.conf"), "wings = 2\n");

        assertThat(doctor("--config", file.toString())).isEqualTo(1);
        assertThat(out.toString()).contains("unknown key wings");
    }

    @Test
    void aCertificateFileThatIsMissingIsOneFindingOfSeveral() throws IOException {
        Path file = Files.writeString(folder.resolve("f.conf"), """
                admin.tls.certificate = /nowhere/tls.crt
                admin.tls.key = /nowhere/tls.key
                health.port = 9909
                """);

        assertThat(doctor("--config", file.toString())).isEqualTo(1);
        assertThat(out.toString()).contains("/nowhere/tls.crt cannot be read", "health");
    }

    @Test
    void theKernelIsAskedInItsOwnWords() {
        LinuxHost host = new LinuxHost();

        assertThat(host.clock()).isPresent();
        assertThat(host.ioUringErrno()).isPresent();
        assertThat(Libc.freeInodes(folder).orElse(1)).isPositive();
    }
}
