package io.forebay.offload.backup;

import io.forebay.offload.codec.StoreContents;
import io.forebay.offload.machine.StateClass;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;

/// Reads a manifest line by line, once its own checksum was found right. One thread.
final class ManifestReader {
    private static final int END_BYTES = "end ".length() + 64 + 1;
    private static final int PIECE_BYTES = 64 << 10;

    private final Path file;
    private final Map<StateClass, Long> jobs = new EnumMap<>(StateClass.class);
    private String product = "";
    private int storeFormat;
    private int node;
    private Instant taken = Instant.EPOCH;
    private long sequence;
    private long files;
    private long bytes;
    private long missing;

    private ManifestReader(Path file) {
        this.file = file;
    }

    /// Hears of each file that a backup is to have.
    @FunctionalInterface
    interface FileVisitor {
        void file(String path, FileCopy.Read expected) throws IOException, BackupFailure;

        /// A body that was not there when the backup was written.
        default void missing(String path) throws IOException {}
    }

    /// Reads the manifest of a backup; `visitor` hears of its files, in their order.
    static BackupManifest read(Path backup, FileVisitor visitor) throws IOException, BackupFailure {
        Path file = backup.resolve(BackupManifest.FILE_NAME);
        ManifestReader reader = new ManifestReader(file);
        try {
            reader.checkFormat();
            reader.checkDigest();
            return reader.readLines(visitor);
        } catch (NoSuchFileException e) {
            if (!file.toString().equals(e.getFile())) {
                throw e;
            }
            throw new BackupFailure(
                    BackupFailure.Kind.NO_BACKUP,
                    backup + " is no backup, or one that was not finished: it has no " + BackupManifest.FILE_NAME);
        }
    }

    /// First: how the rest is to be read depends on it.
    private void checkFormat() throws IOException, BackupFailure {
        byte[] head;
        try (InputStream in = Files.newInputStream(file)) {
            head = in.readNBytes(BackupManifest.BEGIN.length() + 10);
        }
        String text = new String(head, StandardCharsets.UTF_8);
        int end = text.indexOf('\n');
        if (!text.startsWith(BackupManifest.BEGIN) || end < 0) {
            throw damaged("it does not begin as one does");
        }
        long format = number(text.substring(BackupManifest.BEGIN.length(), end));
        if (format > BackupManifest.FORMAT) {
            throw new BackupFailure(
                    BackupFailure.Kind.OTHER_FORMAT,
                    file + " has format " + format + ", this program reads " + BackupManifest.FORMAT);
        }
    }

    private void checkDigest() throws IOException, BackupFailure {
        MessageDigest digest = FileCopy.sha256();
        long left = Files.size(file) - END_BYTES;
        String end;
        try (InputStream in = Files.newInputStream(file)) {
            while (left > 0) {
                byte[] piece = in.readNBytes((int) Math.min(left, PIECE_BYTES));
                digest.update(piece);
                left -= piece.length;
            }
            end = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        if (!end.equals("end " + HexFormat.of().formatHex(digest.digest()) + '\n')) {
            throw damaged("its checksum is not that of its lines");
        }
    }

    private BackupManifest readLines(FileVisitor visitor) throws IOException, BackupFailure {
        try (BufferedReader in = Files.newBufferedReader(file)) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                take(line.split(" ", -1), visitor);
            }
        } catch (DateTimeException | IllegalArgumentException e) {
            throw damaged(String.valueOf(e.getMessage()));
        }
        return new BackupManifest(product, storeFormat, node, taken, sequence, jobs, files, bytes, missing);
    }

    private void take(String[] words, FileVisitor visitor) throws IOException, BackupFailure {
        switch (words[0] + '/' + words.length) {
            case "product/2" -> product = words[1];
            case "store-format/2" -> storeFormat = readable(number(words[1]));
            case "node/2" -> node = (int) number(words[1]);
            case "taken/2" -> taken = Instant.parse(words[1]);
            case "sequence/2" -> sequence = number(words[1]);
            case "jobs/3" -> jobs.put(StateClass.valueOf(words[1].toUpperCase(Locale.ROOT)), number(words[2]));
            case "file/4" -> {
                visitor.file(path(words[3]), new FileCopy.Read(number(words[2]), words[1]));
                files++;
                bytes += number(words[2]);
            }
            case "missing/2" -> {
                visitor.missing(path(words[1]));
                missing++;
            }
            case "files/3" -> {
                if (files != number(words[1]) || bytes != number(words[2])) {
                    throw damaged("it does not have as many files as it says");
                }
            }
            case "forebay-backup/2", "end/2" -> {}
            default -> throw damaged("a line begins with " + words[0]);
        }
    }

    private int readable(long format) throws BackupFailure {
        if (format != StoreContents.FORMAT) {
            throw new BackupFailure(
                    BackupFailure.Kind.OTHER_FORMAT,
                    file + " is of a store of format " + format + ", written by forebay " + product
                            + "; this program reads format " + StoreContents.FORMAT);
        }
        return (int) format;
    }

    /// Only names that a backup has; nothing leads out of its folder.
    private String path(String text) throws BackupFailure {
        if (!text.matches("store/(rocks/[A-Za-z0-9.-]+|spool/[0-9]+/[0-9]+-[0-9]+/[0-9]+)") || text.contains("..")) {
            throw damaged("it names a file that no backup has: " + text);
        }
        return text;
    }

    private long number(String text) throws BackupFailure {
        if (!text.matches("[0-9]{1,18}")) {
            throw damaged("not a number: " + text);
        }
        return Long.parseLong(text);
    }

    private BackupFailure damaged(String what) {
        return new BackupFailure(BackupFailure.Kind.DAMAGED, "damaged: " + file + ": " + what);
    }
}
