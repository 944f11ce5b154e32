package io.forebay.policy.reload;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/// What the file system says of files without reading them: inode, size, time. Cheap enough for every poll, and
/// follows links, so a swapped `..data` shows as new inodes.
///
/// @param files by path, with `-` for those that are not there
record Fingerprint(Map<String, String> files) {

    /// Of no file at all.
    static final Fingerprint NOTHING = new Fingerprint(Map.of());

    static Fingerprint of(Iterable<Path> paths) {
        Map<String, String> files = new TreeMap<>();
        for (Path path : paths) {
            files.put(path.toString(), attributes(path));
        }
        return new Fingerprint(files);
    }

    /// Whether no file that both saw differs.
    boolean agreesWith(Fingerprint earlier) {
        return earlier.files.entrySet().stream()
                .allMatch(file -> file.getValue().equals(files.getOrDefault(file.getKey(), file.getValue())));
    }

    private static String attributes(Path path) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
            return Objects.toString(attributes.fileKey()) + " " + attributes.size() + " "
                    + attributes.lastModifiedTime();
        } catch (IOException e) {
            return "-";
        }
    }
}
