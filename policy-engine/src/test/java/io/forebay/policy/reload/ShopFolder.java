package io.forebay.policy.reload;

import io.forebay.policy.TestPki;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;

/// A policy directory with the design's example, less what is not built yet, and the files it names.
record ShopFolder(Path directory) {

    static ShopFolder create(Path directory) throws IOException {
        TestPki.write(directory.resolve("tls"));
        try (InputStream in = Objects.requireNonNull(ShopFolder.class.getResourceAsStream("/policy/shop.yaml"))) {
            Files.write(directory.resolve("shop.yaml"), in.readAllBytes());
        }
        return new ShopFolder(directory);
    }

    Path file() {
        return directory.resolve("shop.yaml");
    }

    String text() throws IOException {
        return Files.readString(file());
    }

    /// Replaces text in the policy file by writing it in place.
    void edit(String from, String to) throws IOException {
        String text = text();
        if (!text.contains(from)) {
            throw new IllegalArgumentException("the file has no " + from);
        }
        Files.writeString(file(), text.replace(from, to));
    }

    /// Replaces a file by renaming a new one over it.
    static void rename(Path file, String text) throws IOException {
        Path fresh = file.resolveSibling("." + file.getFileName() + ".tmp");
        Files.writeString(fresh, text);
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
