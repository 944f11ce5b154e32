package io.forebay.main.observability;

import io.forebay.main.process.Checkout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// The rows of docs/meters.md, as they stand there and as a scrape makes them.
final class MeterTable {
    private static final Pattern HELP = Pattern.compile("# HELP (\\S+) (.*)");
    private static final Pattern TYPE = Pattern.compile("# TYPE (\\S+) (\\S+)");
    private static final Pattern SAMPLE = Pattern.compile("([a-z0-9_]+)(?:\\{(.*)})? \\S+");
    private static final Pattern LABEL = Pattern.compile("([a-z_]+)=\"(?:[^\"\\\\]|\\\\.)*\"");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `([a-z0-9_]+)` \\| (\\w+) \\|.*$");
    private static final Set<String> OF_A_HISTOGRAM = Set.of("_bucket", "_count", "_sum");
    private static final Set<String> OF_A_SUMMARY = Set.of("_count", "_sum");

    private MeterTable() {}

    static Path file() {
        return Checkout.root().resolve("docs/meters.md");
    }

    /// The rows of the document.
    static List<String> written() throws IOException {
        return ROW.matcher(Files.readString(file()))
                .results()
                .map(row -> row.group())
                .toList();
    }

    /// The names that samples may have by the document: of a histogram those of its parts.
    static Set<String> samples() throws IOException {
        return ROW.matcher(Files.readString(file()))
                .results()
                .flatMap(row -> parts(row.group(2)).stream().map(part -> row.group(1) + part))
                .collect(Collectors.toSet());
    }

    /// The names in the document.
    static Set<String> names() throws IOException {
        return ROW.matcher(Files.readString(file()))
                .results()
                .map(row -> row.group(1))
                .collect(Collectors.toSet());
    }

    private static Set<String> parts(String kind) {
        return switch (kind) {
            case "histogram" -> OF_A_HISTOGRAM;
            case "summary" -> OF_A_SUMMARY;
            default -> Set.of("");
        };
    }

    /// The rows that a scrape makes, by name.
    static List<String> of(String scrape) {
        Map<String, String> helps = new TreeMap<>();
        Map<String, String> kinds = new TreeMap<>();
        Map<String, Set<String>> labels = new TreeMap<>();
        scrape.lines().forEach(line -> {
            Matcher help = HELP.matcher(line);
            Matcher type = TYPE.matcher(line);
            Matcher sample = SAMPLE.matcher(line);
            if (help.matches()) {
                helps.put(help.group(1), help.group(2));
            } else if (type.matches()) {
                kinds.put(type.group(1), type.group(2));
            } else if (sample.matches()) {
                Set<String> seen = labels.computeIfAbsent(family(sample.group(1), kinds), _ -> new TreeSet<>());
                LABEL.matcher(String.valueOf(sample.group(2))).results().forEach(label -> seen.add(label.group(1)));
            } else {
                throw new AssertionError("not a line of a scrape: " + line);
            }
        });
        return kinds.entrySet().stream()
                .map(meter -> row(
                        meter.getKey(),
                        meter.getValue(),
                        labels.getOrDefault(meter.getKey(), Set.of()),
                        helps.getOrDefault(meter.getKey(), "")))
                .toList();
    }

    /// Samples of a histogram have its name and a part.
    private static String family(String sample, Map<String, String> kinds) {
        return OF_A_HISTOGRAM.stream()
                .filter(sample::endsWith)
                .map(part -> sample.substring(0, sample.length() - part.length()))
                .filter(name -> parts(kinds.getOrDefault(name, "")).size() > 1)
                .findFirst()
                .orElse(sample);
    }

    private static String row(String name, String kind, Set<String> labels, String help) {
        String tags = labels.stream()
                .filter(label -> !label.equals("le"))
                .map(label -> "`" + label + "`")
                .collect(Collectors.joining(", "));
        return "| `" + name + "` | " + kind + " |" + cell(unit(name)) + cell(tags) + " " + help + " |";
    }

    private static String cell(String text) {
        return text.isEmpty() ? " |" : " " + text + " |";
    }

    /// Names end in their unit, before `_total` and `_max`; what has none counts.
    private static String unit(String name) {
        String base = name.replaceFirst("_(total|max)$", "");
        for (String unit : List.of("seconds", "bytes", "ratio")) {
            if (base.endsWith("_" + unit)) {
                return unit;
            }
        }
        return "";
    }
}
