package io.forebay.perf.peer;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.forebay.perf.load.EchoOrigin;
import java.io.File;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// The scratch folder the contenders share, and how they are started in it: `certs/` (made once), `origin/www/` (fixed
/// bodies), `run/` (configurations with their placeholder filled in, logs), `tokens/`, `data/` (the gateway's).
///
/// @param repository the root of the project, which holds `perf/peers`
/// @param scratch outside of version control, on a real disk
public record Harness(Path repository, Path scratch) {
    static final int ORIGIN_PORT = 21000;
    static final int GRPC_ORIGIN_PORT = 21001;
    static final int WEBSOCKET_ORIGIN_PORT = 21002;
    private static final String PLACEHOLDER = "@HARNESS@";
    private static final List<Integer> BODIES_BYTES = List.of(16, 1024, 65_536, 1_048_576);

    public Harness {
        repository = repository.toAbsolutePath().normalize();
        scratch = scratch.toAbsolutePath().normalize();
    }

    /// Makes what is not there yet. Certificates and keys are made once and kept.
    public void prepare() throws IOException {
        for (String folder : List.of("certs", "origin/www", "run", "tokens", "data")) {
            Files.createDirectories(folder(folder));
        }
        for (int bytes : BODIES_BYTES) {
            Path body = folder("origin/www").resolve("b" + bytes);
            if (!Files.exists(body) || Files.size(body) != bytes) {
                Files.write(body, letters(bytes));
            }
        }
        if (!Files.exists(certificate("trust.p12"))) {
            makeCertificates();
        }
        if (!Files.exists(certificate("jwt_es.p8"))) { // Java reads PKCS #8 only
            Program.run(new ProcessBuilder(
                    Program.OPENSSL.path(),
                    "pkcs8",
                    "-topk8",
                    "-nocrypt",
                    "-in",
                    certificate("jwt_es.key").toString(),
                    "-out",
                    certificate("jwt_es.p8").toString()));
        }
        Files.writeString(certificate("jwks.json"), JsonWebKeys.ofPublicKey(certificate("jwt_rs.pub"), "k1"));
        Files.writeString(certificate("jwks-es.json"), JsonWebKeys.ofPublicKey(certificate("jwt_es.pub"), "k1"));
    }

    private static byte[] letters(int bytes) {
        byte[] letters = new byte[bytes];
        Random random = new Random(bytes);
        for (int i = 0; i < bytes; i++) {
            letters[i] = (byte) ('a' + random.nextInt(26));
        }
        return letters;
    }

    private void makeCertificates() throws IOException {
        Path script = certificate("gen.sh");
        Files.writeString(script, Files.readString(peer("certs/gen.sh")));
        ProcessBuilder builder = new ProcessBuilder("bash", script.toString());
        String javaTools = Path.of(System.getProperty("java.home"), "bin").toString();
        builder.environment().merge("PATH", javaTools, (path, tools) -> tools + File.pathSeparator + path);
        Program.run(builder);
    }

    /// A file or folder of `perf/peers`.
    Path peer(String name) {
        return repository.resolve("perf/peers").resolve(name);
    }

    public Path folder(String name) {
        return scratch.resolve(name);
    }

    public Path certificate(String name) {
        return folder("certs").resolve(name);
    }

    /// A peer's file with the placeholder filled in, under `run/`.
    Path rendered(String name) throws IOException {
        Path target = folder("run").resolve(name);
        Files.createDirectories(target.resolveSibling("."));
        Files.writeString(target, Files.readString(peer(name)).replace(PLACEHOLDER, scratch.toString()));
        return target;
    }

    /// The origin every contender forwards to, on the generator's core.
    public ChildProcess startOrigin(Children children) throws IOException {
        return startNginx(children, Contender.LOAD_CORE, "origin/nginx.conf", "origin", ORIGIN_PORT);
    }

    /// The origin of gRPC or of WebSockets, on the generator's core too.
    ///
    /// @param isGrpc else WebSockets
    public ChildProcess startEcho(Children children, boolean isGrpc) throws IOException {
        int port = isGrpc ? GRPC_ORIGIN_PORT : WEBSOCKET_ORIGIN_PORT;
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmn64m",
                "-XX:-UsePerfData",
                "-cp",
                System.getProperty("java.class.path"),
                EchoOrigin.class.getName(),
                isGrpc ? "grpc" : "websocket",
                Integer.toString(port));
        return start(children, Contender.LOAD_CORE, command, "echo-origin", port, Duration.ofSeconds(10));
    }

    ChildProcess startNginx(Children children, int core, String configuration, String name, int port)
            throws IOException {
        List<String> command = List.of(
                Program.NGINX.path(),
                "-p",
                scratch.toString(),
                "-c",
                rendered(configuration).toString());
        return start(children, core, command, name, port, Duration.ofSeconds(10));
    }

    ChildProcess start(Children children, int core, List<String> command, String name, int port, Duration most)
            throws IOException {
        if (ChildProcess.accepts(port)) {
            throw new PortTakenException(port, name);
        }
        ChildProcess child = ChildProcess.logged(children, core, command, log(name));
        try {
            child.awaitPort(port, most);
        } catch (IOException e) {
            child.close();
            throw new IOException(name + ": " + e.getMessage(), e);
        }
        return child;
    }

    public Path log(String name) {
        return folder("run").resolve(name + ".log");
    }

    /// Leaves an empty folder.
    void empty(Path folder) throws IOException {
        if (!folder.startsWith(scratch)) {
            throw new IllegalArgumentException(folder + " is not ours to empty");
        }
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException e) throws IOException {
                if (e != null) {
                    throw e;
                }
                Files.delete(visited);
                return FileVisitResult.CONTINUE;
            }
        });
        Files.createDirectories(folder);
    }

    static byte[] pem(Path file, String label) throws IOException {
        String text = new String(Files.readAllBytes(file), UTF_8);
        String begin = "-----BEGIN " + label + "-----";
        String end = "-----END " + label + "-----";
        int from = text.indexOf(begin);
        int to = text.indexOf(end);
        if (from < 0 || to < from) {
            throw new IOException(file + " holds no " + label);
        }
        return Base64.getMimeDecoder().decode(text.substring(from + begin.length(), to));
    }
}
