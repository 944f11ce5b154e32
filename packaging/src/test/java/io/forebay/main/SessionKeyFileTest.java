package io.forebay.main;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forebay.gateway.proxy.SessionKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SessionKeyFileTest {
    @TempDir
    private Path data;

    @Test
    void keyIsMadeOnceAndForItsOwnerAlone() throws Exception {
        Path file = data.resolve(SessionKeyFile.FILE_NAME);
        SessionKeyFile.open(data, new SecureRandom());
        byte[] made = Files.readAllBytes(file);
        assertThat(made).hasSize(SessionKey.BYTES);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");

        SessionKeyFile.open(data, new SecureRandom());
        assertThat(Files.readAllBytes(file)).isEqualTo(made);
        assertThat(data.resolve(SessionKeyFile.FILE_NAME + ".new")).doesNotExist();
    }

    @Test
    void shortKeyIsNotUsed() throws Exception {
        Files.write(data.resolve(SessionKeyFile.FILE_NAME), new byte[8]);
        assertThatThrownBy(() -> SessionKeyFile.open(data, new SecureRandom()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("session.key has not 32 bytes");
    }
}
