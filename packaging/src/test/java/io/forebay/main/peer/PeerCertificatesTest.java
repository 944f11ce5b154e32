package io.forebay.main.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.forebay.gateway.shard.PeerTls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PeerCertificatesTest {
    @TempDir
    private Path folder;

    private final List<PeerTls> used = new ArrayList<>();
    private PeerFiles files;

    @BeforeEach
    void write() throws IOException {
        files = new PeerFiles(folder.resolve("tls.crt"), folder.resolve("tls.key"), folder.resolve("ca.crt"));
        Files.writeString(files.certificate(), "certificate");
        Files.writeString(files.key(), "key");
        Files.writeString(files.authorities(), "authorities");
    }

    /// Takes any text but `bad`.
    private List<String> use(PeerTls tls) {
        if (tls.chainPem().equals("bad")) {
            return List.of("cannot be used");
        }
        used.add(tls);
        return List.of();
    }

    @Test
    void whatHasChangedIsUsedOnce() throws IOException {
        try (PeerCertificates followed = PeerCertificates.follow(files, this::use)) {
            followed.look();
            assertThat(used).containsExactly(new PeerTls("certificate", "key", "authorities"));

            Files.writeString(files.authorities(), "others");
            followed.look();
            followed.look();
            assertThat(used).hasSize(2).last().isEqualTo(new PeerTls("certificate", "key", "others"));
        }
    }

    @Test
    void whatCannotBeUsedOrReadIsLookedAtAgain() throws IOException {
        try (PeerCertificates followed = PeerCertificates.follow(files, this::use)) {
            Files.writeString(files.certificate(), "bad");
            followed.look();
            Files.delete(files.key());
            followed.look();
            assertThat(used).hasSize(1);

            Files.writeString(files.certificate(), "next");
            Files.writeString(files.key(), "key");
            followed.look();
            assertThat(used).hasSize(2).last().isEqualTo(new PeerTls("next", "key", "authorities"));
        }
    }

    @Test
    void startNeedsFilesThatCanBeUsed() throws IOException {
        Files.writeString(files.certificate(), "bad");
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> PeerCertificates.follow(files, this::use))
                .withMessage("cannot be used");

        Files.delete(files.key());
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> PeerCertificates.follow(files, this::use))
                .withMessage("peers.tls: " + files.key() + " cannot be read: NoSuchFileException");
    }
}
