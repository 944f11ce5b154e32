package io.forebay.offload.rocks;

import io.forebay.offload.storage.DamagedValueException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.SstFileReader;

/// Which files of the engine's folder are the database. The others are its own log, its lock, and what a crash
/// left unnamed.
public final class RocksFiles {
    private static final Set<String> SINGLE = Set.of("CURRENT", "IDENTITY");
    private static final Set<String> NUMBERED = Set.of(".sst", ".blob", ".log");

    private RocksFiles() {}

    /// The files of the database, by name.
    public static List<Path> of(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(RocksFiles::belongs).sorted().toList();
        }
    }

    private static boolean belongs(Path file) {
        String name = file.getFileName().toString();
        return SINGLE.contains(name)
                || isManifest(file)
                || name.matches("OPTIONS-[0-9]+")
                || (name.matches("[0-9]+\\.[a-z]+") && NUMBERED.contains(name.substring(name.indexOf('.'))));
    }

    /// Whether it says which files there are; it grows with every change of that.
    static boolean isManifest(Path file) {
        return file.getFileName().toString().matches("MANIFEST-[0-9]+");
    }

    public static boolean isTable(Path file) {
        return file.getFileName().toString().endsWith(".sst");
    }

    /// Reads every block of a table. One that is not as it was written is a [DamagedValueException] that names
    /// the file.
    public static void verifyTable(Path file) {
        RocksDB.loadLibrary();
        try (Options options = new Options();
                SstFileReader reader = new SstFileReader(options)) {
            reader.open(file.toString());
            reader.verifyChecksum();
        } catch (RocksDBException e) {
            throw new DamagedValueException(file.toString(), String.valueOf(e.getMessage()));
        }
    }
}
