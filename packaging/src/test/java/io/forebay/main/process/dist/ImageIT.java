package io.forebay.main.process.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.forebay.main.process.Checkout;
import io.forebay.main.process.GatewayUnderTest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/// The image under Podman, as it is to be run: a read-only root, no capability, no new privileges, a user that the
/// image
/// does not know, 512 MiB. Needs root, since nothing else here may make a container.
@Timeout(1200)
@EnabledIf(value = "isPossible", disabledReason = "podman, runc and root are needed")
class ImageIT {
    private static final long LIMIT_SECONDS = 300;
    private static final String IMAGE = "localhost/forebay:0.1.0";
    private static final String JAVA = "/opt/forebay/runtime/bin/java";
    private static final String DATA = "/var/lib/forebay";
    private static final String SECCOMP = "packaging/dist/root/share/seccomp/forebay.json";

    @TempDir
    private static Path folder;

    static boolean isPossible() {
        return Packages.arePossible() && Packages.isRoot() && Packages.hasPrograms(List.of("podman", "runc"));
    }

    /// Storage and configuration of our own: nothing of the machine's is touched.
    @BeforeAll
    static void load() throws IOException {
        Files.writeString(folder.resolve("containers.conf"), """
                [containers]
                default_ulimits = []
                [engine]
                runtime = "runc"
                cgroup_manager = "cgroupfs"
                events_logger = "file"
                """);
        Files.writeString(folder.resolve("storage.conf"), """
                [storage]
                driver = "overlay"
                graphroot = "%1$s/root"
                runroot = "%1$s/run"
                """.formatted(folder));
        podman("load", "--input", Packages.ending("image-amd64.tar").toString());
    }

    @AfterAll
    static void remove() {
        podman("rm", "--all", "--force", "--volumes");
        podman("volume", "prune", "--force");
        podman("rmi", "--all", "--force");
    }

    private static String podman(String... arguments) {
        List<String> command = new ArrayList<>(List.of("podman"));
        command.addAll(List.of(arguments));
        Checkout.Finished ended = Checkout.run(
                LIMIT_SECONDS,
                command,
                Map.of(
                        "CONTAINERS_CONF", folder.resolve("containers.conf").toString(),
                        "CONTAINERS_STORAGE_CONF",
                                folder.resolve("storage.conf").toString()));
        assertThat(ended.exitCode()).as(() -> command + "\n" + ended.output()).isZero();
        return ended.output();
    }

    private static String run(List<String> options, String... command) {
        List<String> arguments = new ArrayList<>(List.of("run", "--network=host", "--ulimit=host", "--read-only"));
        arguments.addAll(List.of("--tmpfs=/tmp", "--cap-drop=ALL", "--security-opt=no-new-privileges"));
        arguments.addAll(List.of("--user=123456:0", "--memory=512m", "--pids-limit=200"));
        arguments.addAll(options);
        arguments.add(IMAGE);
        arguments.addAll(List.of(command));
        return podman(arguments.toArray(String[]::new));
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
        GatewayUnderTest.policyFile(folder, "policy.yaml", policy(port));
        Packages.run(10, "chmod", "-R", "a+rX", folder.resolve("policy").toString());
        int adminPort = GatewayUnderTest.freePort();
        startContainer("before", adminPort, List.of());
        String location;
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest submit = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/jobs"))
                    .POST(HttpRequest.BodyPublishers.ofString("work"))
                    .build();
            HttpResponse<String> accepted = client.send(submit, HttpResponse.BodyHandlers.ofString());
            assertThat(accepted.statusCode()).isEqualTo(202);
            location = accepted.headers().firstValue("location").orElseThrow();
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
        await().atMost(60, TimeUnit.SECONDS).until(() -> podman("logs", name).contains("forebay ready"));
    }

    private static String policy(int port) {
        return """
            apiVersion: gateway.networking.k8s.io/v1
            kind: Gateway
            metadata: {name: edge}
            spec: {gatewayClassName: forebay, listeners: [{name: http, port: %d, protocol: HTTP}]}
            ---
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: {name: jobs}
            spec:
              parentRefs: [{name: edge}]
              rules:
              - name: all
                matches: [{path: {type: PathPrefix, value: /jobs}}]
                backendRefs: [{group: forebay.io, kind: Backend, name: nobody}]
            ---
            apiVersion: forebay.io/v1alpha1
            kind: Backend
            metadata: {name: nobody}
            spec: {endpoints: [{ip: {address: 127.0.0.1, port: 9}}]}
            ---
            apiVersion: forebay.io/v1alpha1
            kind: OffloadPolicy
            metadata: {name: jobs}
            spec:
              targetRefs: [{group: gateway.networking.k8s.io, kind: HTTPRoute, name: jobs, sectionName: all}]
              queue: work
              clients: any
              when: [{always: {}}]
              anonymous: capability
            ---
            apiVersion: forebay.io/v1alpha1
            kind: Queue
            metadata: {name: work}
            spec:
              workers: pull
              permissions: [{verbs: [lease], principal: {clientCertificate: {spiffe: [{type: Prefix, value: "spiffe://nobody/"}]}}}]
            """.formatted(port);
    }
}
