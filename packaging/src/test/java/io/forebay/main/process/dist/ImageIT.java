package io.forebay.main.process.dist;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.main.process.Checkout;
import io.forebay.main.process.GatewayUnderTest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/// The image under Podman, as it is to be run: a read-only root, no capability, no new privileges, a user that the
/// image does not know, 512 MiB.
@Timeout(1200)
@EnabledIf(value = "isPossible", disabledReason = "podman, runc and root are needed")
class ImageIT {
    private static final String IMAGE = "localhost/forebay:0.1.0";
    private static final String JAVA = "/opt/forebay/runtime/bin/java";
    private static final String DATA = "/var/lib/forebay";
    private static final String SECCOMP = "packaging/dist/root/share/seccomp/forebay.json";

    @TempDir
    private static Path folder;

    static boolean isPossible() {
        return Packages.arePossible() && Podman.isPossible();
    }

    @BeforeAll
    static void load() throws IOException {
        new Podman(folder).configure();
        podman("load", "--input", Packages.ending("image-amd64.tar").toString());
    }

    @AfterAll
    static void remove() {
        new Podman(folder).removeEverything();
    }

    private static String podman(String... arguments) {
        return new Podman(folder).call(arguments);
    }

    private static String run(List<String> options, String... command) {
        List<String> all = new ArrayList<>(List.of("--security-opt=no-new-privileges", "--user=123456:0"));
        all.addAll(List.of("--memory=512m", "--pids-limit=200"));
        all.addAll(options);
        return new Podman(folder).run(IMAGE, all, command);
    }

    /// The tour asks with certificates and tokens, is refused without, submits jobs, kills the gateway and finds them.
    @Test
    void tourIsWalkedInsideWithTheEnginesOwnSeccompProfile() {
        String tour = run(
                List.of("--rm", "--volume=tour-epoll:/var/lib/forebay"),
                "quickstart",
                "--once",
                "--data",
                "/var/lib/forebay/tour");
        assertThat(tour).contains("kill -9");
    }

    @Test
    void tourIsWalkedInsideWithOurSeccompProfile() {
        run(
                List.of(
                        "--rm",
                        "--volume=tour-uring:/var/lib/forebay",
                        "--security-opt=seccomp=" + Checkout.root().resolve(SECCOMP)),
                "quickstart",
                "--once",
                "--data",
                "/var/lib/forebay/tour");
    }

    @Test
    void acceptedJobIsThereInTheNextContainerOnTheSameVolume() throws Exception {
        int port = GatewayUnderTest.freePort();
        WaitingJobs.writePolicy(folder, port);
        int adminPort = GatewayUnderTest.freePort();
        startContainer("before", adminPort, List.of());
        String location;
        try (HttpClient client = HttpClient.newHttpClient()) {
            location = WaitingJobs.submit(client, port);
            podman("exec", "before", JAVA, "@/opt/forebay/etc/forebay.args", "ready", "--data", DATA);
            podman("kill", "--signal=KILL", "before");
            startContainer(
                    "after",
                    adminPort,
                    List.of("--security-opt=seccomp=" + Checkout.root().resolve(SECCOMP)));
            assertThat(podman("logs", "after")).contains("transport io_uring");
            HttpRequest poll = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + location))
                    .build();
            HttpResponse<String> status = client.send(poll, HttpResponse.BodyHandlers.ofString());
            assertThat(status.statusCode()).isEqualTo(200);
            assertThat(status.body()).contains("\"queue\":\"default/work\"");
        }
        podman("stop", "--time=40", "after");
        assertThat(podman("inspect", "--format", "{{.State.ExitCode}} {{.State.OOMKilled}}", "after"))
                .startsWith("143 false");
    }

    private static void startContainer(String name, int adminPort, List<String> options) {
        List<String> all = new ArrayList<>(List.of(
                "--detach",
                "--name=" + name,
                "--volume=jobs:/var/lib/forebay",
                "--volume=" + folder.resolve("policy") + ":/etc/forebay/policy.d:ro"));
        all.addAll(options);
        run(all, "run", "--data", DATA, "--policy", "/etc/forebay/policy.d", "--admin-port", "" + adminPort);
        new Podman(folder).awaitReady(name);
    }
}
