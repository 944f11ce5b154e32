package io.forebay.admin.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.forebay.admin.operator.AdminToken.Presented;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdminTokenTest {
    @TempDir
    private Path dataFolder;

    private final SecureRandom random = new SecureRandom();

    private Path file() {
        return dataFolder.resolve("admin.token");
    }

    @Test
    void theFirstStartWritesATokenOnlyItsOwnerMayRead() throws IOException {
        AdminToken token = AdminToken.open(dataFolder, random);
        String text = Files.readString(file()).strip();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-------");
        assertThat(text).matches("[A-Za-z0-9_-]{43}");
        assertThat(token.judge("Bearer " + text)).isEqualTo(Presented.RIGHT);
        try (var files = Files.list(dataFolder)) {
            assertThat(files).containsExactly(file());
        }
    }

    @Test
    void twoFoldersHaveTwoTokens(@TempDir Path other) throws IOException {
        AdminToken first = AdminToken.open(dataFolder, random);
        AdminToken.open(other, random);
        String text = Files.readString(other.resolve("admin.token")).strip();
        assertThat(first.judge("Bearer " + text)).isEqualTo(Presented.WRONG);
    }

    @Test
    void whatIsPresentedIsJudged() throws IOException {
        AdminToken token = AdminToken.open(dataFolder, random);
        String text = Files.readString(file()).strip();
        assertThat(token.judge(null)).isEqualTo(Presented.NOTHING);
        assertThat(token.judge("Bearer " + text + "x")).isEqualTo(Presented.WRONG);
        assertThat(token.judge("Bearer " + text.substring(1))).isEqualTo(Presented.WRONG);
        assertThat(token.judge("Basic " + text)).isEqualTo(Presented.WRONG);
        assertThat(token.judge(text)).isEqualTo(Presented.WRONG);
        assertThat(token.judge("")).isEqualTo(Presented.WRONG);
        assertThat(token.judge("BEARER  " + text)).isEqualTo(Presented.RIGHT);
    }

    @Test
    void anInterruptedFirstStartIsMadeGood() throws IOException {
        Files.writeString(dataFolder.resolve("admin.token.new"), "half");
        AdminToken.open(dataFolder, random);
        assertThat(dataFolder.resolve("admin.token.new")).doesNotExist();
        assertThat(Files.readString(file()).strip()).hasSize(43);
    }

    @Test
    void aTokenOfTheOperatorsOwnIsTaken() throws IOException {
        String own = "a-token-from-a-secret-store-0123456789";
        Files.writeString(file(), own + "\n");
        Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("r--------"));
        assertThat(AdminToken.open(dataFolder, random).judge("Bearer " + own)).isEqualTo(Presented.RIGHT);
    }

    @Test
    void aShortTokenIsRefused() throws IOException {
        AdminToken.open(dataFolder, random);
        Files.writeString(file(), "secret");
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> AdminToken.open(dataFolder, random))
                .withMessageContaining("fewer than 32 characters");
    }

    @Test
    void aTokenOthersMayReadIsRefused() throws IOException {
        AdminToken.open(dataFolder, random);
        Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-r-----"));
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> AdminToken.open(dataFolder, random))
                .withMessageEndingWith("(rw-r-----): chmod 600");
    }

    @Test
    void onlyTheDigestStaysInMemory() {
        assertThat(Arrays.stream(AdminToken.class.getDeclaredFields())
                        .filter(field -> !Modifier.isStatic(field.getModifiers()))
                        .map(Field::getName))
                .containsExactly("digest");
    }
}
