package io.forebay.main.seed;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Files that take their places together. Each is written and synced beside its place first, which is where a disk is
/// found to be full. Then there is nothing but renames and removals, and a marker, [#MARKER], that is on the disk
/// before the first and goes after the last is: with it there, a part of the seed is live, and neither gateway nor
/// ports are started. By one thread, once.
final class SeedChange {
    /// Below the root; the units, the script and the banner of the appliance look for it.
    static final String MARKER = "var/lib/appliance/being-applied";

    private final Path marker;
    private final List<Step> steps = new ArrayList<>();

    SeedChange(Path root) {
        this.marker = root.resolve(MARKER);
    }

    /// @param written beside the place; null where what is there goes
    private record Step(Path place, @Nullable Path written) {
        void take() throws IOException {
            if (written == null) {
                Files.deleteIfExists(place);
            } else {
                Files.move(written, place, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            }
        }

        Path folder() {
            return place.resolveSibling("");
        }
    }

    /// Writes a file that is to be at the place. It is not readable for others before it is whole.
    ///
    /// @param content is not copied
    /// @param mode as `PosixFilePermissions` reads it
    /// @return where it is until then
    Path put(Path place, byte[] content, String mode) throws IOException {
        Files.createDirectories(place.resolveSibling(""));
        Path written = place.resolveSibling("." + place.getFileName() + ".new");
        Files.deleteIfExists(written);
        steps.add(new Step(place, written));
        Files.createFile(written, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try (FileChannel channel = FileChannel.open(written, StandardOpenOption.WRITE)) {
            for (ByteBuffer bytes = ByteBuffer.wrap(content); bytes.hasRemaining(); ) {
                channel.write(bytes);
            }
            Files.setPosixFilePermissions(written, PosixFilePermissions.fromString(mode));
            channel.force(true);
        }
        return written;
    }

    /// Takes away what is at the place, if anything is.
    void remove(Path place) {
        steps.add(new Step(place, null));
    }

    /// The names that were written are on the disk afterwards, and the folder of the marker is there.
    void sync() throws IOException {
        Files.createDirectories(marker.resolveSibling(""));
        syncFolders();
    }

    private void syncFolders() throws IOException {
        Set<Path> folders = new TreeSet<>();
        for (Step step : steps) {
            if (Files.isDirectory(step.folder())) {
                folders.add(step.folder());
            }
        }
        for (Path folder : folders) {
            syncFolder(folder);
        }
    }

    private static void syncFolder(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /// Of what was written; nothing of it was applied.
    void forget() throws IOException {
        for (Step step : steps) {
            if (step.written() != null) {
                Files.deleteIfExists(step.written());
            }
        }
    }

    /// @throws IOException with the marker there: another try applies all of it
    void apply() throws IOException {
        if (!Files.exists(marker)) {
            Files.createFile(marker);
        }
        syncFolder(marker.resolveSibling(""));
        for (Step step : steps) {
            step.take();
        }
        syncFolders();
        Files.delete(marker);
        syncFolder(marker.resolveSibling(""));
    }
}
