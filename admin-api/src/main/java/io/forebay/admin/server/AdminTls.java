package io.forebay.admin.server;

import io.forebay.mesh.identity.Credential;
import io.helidon.common.tls.Tls;
import java.io.IOException;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.util.List;

/// Reads the listener's certificate and key.
final class AdminTls {
    private static final List<String> PROTOCOLS = List.of("TLSv1.3", "TLSv1.2");

    private AdminTls() {}

    static Tls read(AdminSettings.TlsFiles files) throws IOException {
        String chain = Files.readString(files.certificate());
        String key = Files.readString(files.key());
        try {
            Credential own = Credential.fromPem(chain, key);
            return Tls.builder()
                    .privateKey(own.key())
                    .privateKeyCertChain(own.chain())
                    .enabledProtocols(PROTOCOLS)
                    .build();
        } catch (GeneralSecurityException e) {
            throw new IOException(
                    "admin.tls: " + files.certificate() + " and " + files.key() + " cannot be used: " + e.getMessage(),
                    e);
        }
    }
}
