package io.forebay.main.init;

import io.forebay.admin.operator.AdminToken;
import io.forebay.main.material.LocalPki;
import io.forebay.main.material.WholeFiles;
import io.forebay.main.quickstart.TokenIssuer;
import io.forebay.mesh.identity.ServiceIdentity;
import io.forebay.mesh.identity.Validity;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// What `init` makes, file by file, in a folder that was empty.
record FirstFolder(Path root) {
    private static final List<String> POLICY = List.of(
            "10-gateway.yaml",
            "20-routes.yaml",
            "30-backends.yaml",
            "40-security.yaml",
            "50-limits.yaml",
            "60-offload.yaml");
    private static final ServiceIdentity CLIENT = ServiceIdentity.parse("spiffe://local.example/client");
    private static final Duration AUTHORITY_LIFETIME = Duration.ofDays(3650);
    private static final Duration LIFETIME = Duration.ofDays(365);

    /// Whether nothing would be gone over.
    boolean isFree() throws IOException {
        if (!Files.exists(root)) {
            return true;
        }
        try (Stream<Path> entries = Files.list(root)) {
            return entries.findAny().isEmpty();
        } catch (NotDirectoryException e) {
            return false;
        }
    }

    /// Writes everything.
    ///
    /// @param ports of the gateway, its operators and the backend
    void write(Ports ports, Instant now, SecureRandom random) throws IOException, GeneralSecurityException {
        for (String folder : List.of("policy", "pki", "tokens")) {
            Files.createDirectories(root.resolve(folder));
        }
        Files.createDirectory(
                data(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        WholeFiles files = new WholeFiles(root);
        writePki(files, now, random);
        writeTokens(files, now, random);
        AdminToken.open(data(), random);
        for (String name : POLICY) {
            files.write("policy/" + name, template("policy/" + name, ports));
        }
        files.write("forebay.properties", template("forebay.properties", ports));
    }

    private static void writePki(WholeFiles files, Instant now, SecureRandom random)
            throws IOException, GeneralSecurityException {
        LocalPki pki = LocalPki.create(
                "Forebay local authority",
                CLIENT,
                Validity.from(now, AUTHORITY_LIFETIME),
                Validity.from(now, LIFETIME),
                random);
        pki.write(files);
        files.writeSecret("pki/ca.key", pki.authority().credential().keyPem());
    }

    private static void writeTokens(WholeFiles files, Instant now, SecureRandom random)
            throws IOException, GeneralSecurityException {
        TokenIssuer issuer = TokenIssuer.create(random);
        String token = issuer.token("demo", TokenIssuer.SCOPE, now, LIFETIME);
        files.write("tokens/jwks.json", issuer.jwks());
        files.writeSecret("tokens/demo.jwt", token + "\n");
        files.writeSecret("tokens/demo.header", "Authorization: Bearer " + token + "\n");
    }

    private static String template(String name, Ports ports) throws IOException {
        try (InputStream in = FirstFolder.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IOException("the template " + name + " is not on the class path");
            }
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            for (Map.Entry<String, String> value : ports.values().entrySet()) {
                text = text.replace(value.getKey(), value.getValue());
            }
            return text.replace("@ISSUER@", TokenIssuer.ISSUER)
                    .replace("@AUDIENCE@", TokenIssuer.AUDIENCE)
                    .replace("@SCOPE@", TokenIssuer.SCOPE);
        }
    }

    Path data() {
        return root.resolve("data");
    }

    Path policy() {
        return root.resolve("policy");
    }

    /// Every file, in the order of their names.
    List<Path> files() throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            return all.filter(Files::isRegularFile).sorted().toList();
        }
    }

    /// The ports of what is made.
    record Ports(int gateway, int admin, int backend) {
        private static final int PORT_MAX = 65_535;

        Ports {
            for (int port : new int[] {gateway, admin, backend}) {
                if (port < 1 || port > PORT_MAX) {
                    throw new IllegalArgumentException("a port must be 1 to " + PORT_MAX + ": " + port);
                }
            }
            if (gateway == admin || gateway == backend || admin == backend) {
                throw new IllegalArgumentException("--port, --admin-port and --backend-port must be three: " + gateway
                        + ", " + admin + ", " + backend);
            }
        }

        Map<String, String> values() {
            return Map.of("@PORT@", "" + gateway, "@ADMIN@", "" + admin, "@BACKEND@", "" + backend);
        }
    }
}
