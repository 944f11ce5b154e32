package io.forebay.main.observability;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.main.process.Checkout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MeterNamesTest {
    /// A whole name; `forebay_backend_*` is none, nor is a package's with its version.
    private static final Pattern NAME = Pattern.compile("\\bforebay_[a-z][a-z0-9_]*[a-z0-9](?![a-z0-9_*])");
    /// Meters by the name that they have in code.
    private static final Pattern DOTTED =
            Pattern.compile("`forebay\\.(?!io\\b|test\\b|properties\\b|service\\b)[a-z.]+`");

    @Test
    void documentsNameMetersThatThereAreAsTheyAreScraped() throws IOException {
        Set<String> known = new HashSet<>(MeterTable.samples());
        known.addAll(MeterTable.names());
        Set<String> named = new TreeSet<>();
        try (Stream<Path> files = Files.walk(Checkout.root().resolve("docs"))) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".md")).toList()) {
                String text = Files.readString(file);
                NAME.matcher(text).results().forEach(found -> named.add(found.group()));
                assertThat(DOTTED.matcher(text).results().map(found -> found.group()))
                        .as(file.toString())
                        .allMatch(name -> name.startsWith("`forebay.route")
                                || name.startsWith("`forebay.backend`")
                                || name.startsWith("`forebay.hedge"));
            }
        }

        assertThat(named).hasSizeGreaterThan(60);
        assertThat(known).containsAll(named);
    }
}
