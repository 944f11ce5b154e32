import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/// Copies the jars of a class path into a folder, without native libraries, which lie beside them unpacked, and without
/// signatures, which no longer fit then and would keep classes out of the class archive. Nothing is compressed: the whole is
/// later, and smaller for it. The same jars give the same bytes.
///
/// `java SlimJar.java FOLDER CLASS-PATH` prints the copies' names in the order of the class path; a jar without classes is
/// left out. Exit code 1 with a message if a name would be taken twice.
final class SlimJar {
    private static final Pattern NATIVE = Pattern.compile(".*\\.(so|dll|jnilib|dylib)");
    private static final Pattern SIGNATURE = Pattern.compile("META-INF/[^/]*\\.(SF|RSA|DSA|EC)");
    private static final LocalDateTime TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[0]);
        for (String jar : arguments[1].split(":")) {
            Path from = Path.of(jar);
            Path to = folder.resolve(from.getFileName());
            if (Files.exists(to)) {
                System.err.println("two jars are named " + from.getFileName());
                System.exit(1);
            }
            if (copy(from, to)) {
                System.out.println(to.getFileName());
            } else {
                Files.delete(to);
            }
        }
    }

    private static boolean copy(Path from, Path to) throws IOException {
        boolean hasClasses = false;
        try (JarFile in = new JarFile(from.toFile());
                OutputStream file = Files.newOutputStream(to);
                ZipOutputStream out = new ZipOutputStream(file)) {
            List<ZipEntry> entries = new ArrayList<>();
            in.stream().filter(SlimJar::isKept).forEach(entries::add);
            for (ZipEntry entry : entries) {
                hasClasses |= entry.getName().endsWith(".class");
                byte[] bytes = in.getInputStream(entry).readAllBytes();
                out.putNextEntry(stored(entry.getName(), bytes));
                out.write(bytes);
                out.closeEntry();
            }
        }
        return hasClasses;
    }

    private static ZipEntry stored(String name, byte[] bytes) {
        CRC32 sum = new CRC32();
        sum.update(bytes);
        ZipEntry entry = new ZipEntry(name);
        entry.setTimeLocal(TIME);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(bytes.length);
        entry.setCrc(sum.getValue());
        return entry;
    }

    private static boolean isKept(ZipEntry entry) {
        String name = entry.getName();
        return !entry.isDirectory()
                && !NATIVE.matcher(name).matches()
                && !SIGNATURE.matcher(name).matches();
    }
}
