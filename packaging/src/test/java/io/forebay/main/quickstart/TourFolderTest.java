package io.forebay.main.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TourFolderTest {
    @TempDir
    private Path temporary;

    @Test
    void folderOfTheRunBeforeIsEmptied() throws IOException {
        TourFolder folder = new TourFolder(temporary.resolve("tour"));
        folder.begin();
        Path left = Files.writeString(folder.policy().resolve("old.yaml"), "old");

        folder.begin();

        assertThat(left).doesNotExist();
        assertThat(folder.policy()).isDirectory();
    }

    @Test
    void folderWithOtherThingsIsRefusedAndLeftAlone() throws IOException {
        Path precious = Files.writeString(temporary.resolve("precious.txt"), "keep");

        assertThatThrownBy(() -> new TourFolder(temporary).begin())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("--data");
        assertThat(precious).hasContent("keep");
    }

    @Test
    void linksAreRemovedAndNotFollowed() throws IOException {
        Path precious = Files.writeString(
                Files.createDirectory(temporary.resolve("elsewhere")).resolve("precious.txt"), "keep");
        TourFolder folder = new TourFolder(temporary.resolve("tour"));
        folder.begin();
        Files.createSymbolicLink(folder.policy().resolve("link"), temporary.resolve("elsewhere"));

        folder.begin();

        assertThat(precious).hasContent("keep");
    }

    @Test
    void secretsAreTheirOwnersAlone() throws IOException {
        TourFolder folder = new TourFolder(temporary.resolve("tour"));
        folder.begin();

        folder.writeSecret("pki/server.key", "secret");

        assertThat(PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(folder.pki().resolve("server.key"))))
                .isEqualTo("rw-------");
    }
}
