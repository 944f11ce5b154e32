package io.forebay.main.process.dist;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.main.process.GatewayUnderTest;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The Dockerfile for those who build on a base of their own, built without a network on a local one: what comes out is
/// configured as our image is, and works.
@Timeout(1200)
@EnabledIf(value = "isPossible", disabledReason = "podman, runc, mmdebstrap and root are needed")
@Execution(ExecutionMode.CONCURRENT)
class DockerfileIT {
    private static final String BASE = "localhost/debian:12";
    private static final String IMAGE = "localhost/own:1";
    private static final String DOCKERFILE = "packaging/docker/Dockerfile";
    private static final String JAVA = "/opt/forebay/runtime/bin/java";
    private static final String ARGUMENTS = "@/opt/forebay/etc/forebay.args";
    private static final String DATA = "/var/lib/forebay";

    @TempDir
    private static Path folder;

    static boolean isPossible() {
        return Packages.arePossible() && Podman.isPossible() && DebianRoot.isPossible();
    }

    @BeforeAll
    static void build() throws IOException {
        new Podman(folder).configure();
        podman("import", "--quiet", DebianRoot.archive().toString(), BASE);
        Path context = Files.createDirectory(folder.resolve("context"));
        Path tarball = Packages.ending("linux-amd64.tar.gz");
        Files.copy(tarball, context.resolve(tarball.getFileName()));
        podman(
                "build",
                "--quiet",
                "--format=docker",
                "--layers=false",
                "--pull=never",
                "--network=none",
                "--build-arg=BASE=" + BASE,
                "--tag=" + IMAGE,
                "--file=" + DOCKERFILE,
                context.toString());
    }

    @AfterAll
    static void remove() {
        new Podman(folder).removeEverything();
    }

    private static String podman(String... arguments) {
        return new Podman(folder).call(arguments);
    }

    private static String run(List<String> options, String... command) {
        List<String> all = new ArrayList<>(List.of("--no-healthcheck"));
        all.addAll(options);
        return new Podman(folder).run(IMAGE, all, command);
    }

    /// The configuration of the image that we make, as it stands in its archive.
    private static JsonNode ours() {
        String archive = Packages.ending("image-amd64.tar").toString();
        String manifest = Packages.run(60, "tar", "-xOf", archive, "./manifest.json");
        String config = JsonMapper.shared().readTree(manifest).at("/0/Config").stringValue();
        return JsonMapper.shared()
                .readTree(Packages.run(60, "tar", "-xOf", archive, "./" + config))
                .get("config");
    }

    @Test
    void imageIsConfiguredAsOurs() {
        JsonNode ours = ours();
        String inspected = podman("inspect", "--type=image", IMAGE);
        JsonNode built = JsonMapper.shared().readTree(inspected).get(0);
        for (String name :
                List.of("User", "ExposedPorts", "Volumes", "WorkingDir", "StopSignal", "Entrypoint", "Cmd")) {
            assertThat(built.at("/Config/" + name)).as(name).isEqualTo(ours.get(name));
        }
        assertThat(built.at("/Healthcheck/Test")).isEqualTo(ours.at("/Healthcheck/Test"));
        assertThat(built.at("/Healthcheck/Interval").longValue())
                .isEqualTo(ours.at("/Healthcheck/Interval").longValue());
        for (String label : List.of("title", "version", "description", "licenses")) {
            String name = "/Labels/org.opencontainers.image." + label;
            assertThat(built.at("/Config" + name).stringValue())
                    .isEqualTo(ours.at(name).stringValue());
        }
        assertThat(built.at("/Config/Env").toString()).contains("MALLOC_MMAP_THRESHOLD_=262144");
    }

    @Test
    void stateIsWritableForGroupZeroAlone() {
        assertThat(run(List.of("--rm", "--entrypoint=stat"), "--format=%u:%g %a", DATA))
                .contains("65532:0 770");
    }

    /// `-Xshare:on` does not start where the archive does not fit the jars.
    @Test
    void classArchiveFitsTheCopiedJars() {
        assertThat(run(List.of("--rm", "--entrypoint=" + JAVA), "-Xshare:on", ARGUMENTS, "version"))
                .contains("forebay 0.1.0");
    }

    @Test
    void gatewayIsReadyAndTakesAJob() throws Exception {
        int port = GatewayUnderTest.freePort();
        String adminPort = String.valueOf(GatewayUnderTest.freePort());
        WaitingJobs.writePolicy(folder, port);
        run(
                List.of("--detach", "--name=own", "--volume=" + folder.resolve("policy") + ":/etc/forebay/policy.d:ro"),
                "run",
                "--data",
                DATA,
                "--policy",
                "/etc/forebay/policy.d",
                "--admin-port",
                adminPort);
        new Podman(folder).awaitReady("own");
        podman("exec", "own", JAVA, ARGUMENTS, "ready", "--data", DATA);
        try (HttpClient client = HttpClient.newHttpClient()) {
            assertThat(WaitingJobs.submit(client, port)).startsWith("/_jobs/");
        }
    }
}
