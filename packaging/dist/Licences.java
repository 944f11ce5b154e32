import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Gathers the licence texts and notices that the jars of a folder carry, into `licences/NAME-OF-JAR/`.
///
/// `java Licences.java JARS FOLDER`. What a jar's licence is when it carries no text, the bill of materials says.
final class Licences {
    private static final Pattern TEXT =
            Pattern.compile("(META-INF/)?(license/)?(LICENSE|LICENCE|NOTICE|COPYING)[^/]*", Pattern.CASE_INSENSITIVE);

    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[1], "licences");
        List<Path> jars;
        try (Stream<Path> found = Files.list(Path.of(arguments[0]))) {
            jars = found.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
        }
        for (Path jar : jars) {
            String name = jar.getFileName().toString().replaceFirst("\\.jar$", "");
            try (JarFile in = new JarFile(jar.toFile())) {
                TreeMap<String, byte[]> texts = new TreeMap<>();
                for (var entry : in.stream().filter(each -> TEXT.matcher(each.getName()).matches()).toList()) {
                    texts.put(entry.getName().substring(entry.getName().lastIndexOf('/') + 1),
                            in.getInputStream(entry).readAllBytes());
                }
                for (var text : texts.entrySet()) {
                    Files.createDirectories(folder.resolve(name));
                    Files.write(folder.resolve(name).resolve(text.getKey()), text.getValue());
                }
            }
        }
    }
}
