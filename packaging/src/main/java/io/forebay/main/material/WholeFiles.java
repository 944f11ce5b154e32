package io.forebay.main.material;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;

/// Writes files below one folder, whose sub-folders are there.
public record WholeFiles(Path root) {

    /// Writes a file that anyone may read, whole or not at all.
    public void write(String name, String text) throws IOException {
        Path file = root.resolve(name);
        Path whole = file.resolveSibling("." + file.getFileName() + ".new");
        Files.writeString(whole, text);
        Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /// Writes a new file for its owner alone: keys and tokens.
    public void writeSecret(String name, String text) throws IOException {
        Path file = root.resolve(name);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, text);
    }
}
