package io.forebay.policy.document;

import java.nio.charset.StandardCharsets;
import java.util.List;

/// Short ways to parse text in tests.
final class Parsing {

    private Parsing() {}

    static ParsedFile parse(String yaml) {
        return DocumentParser.parse("p.yaml", yaml.getBytes(StandardCharsets.UTF_8));
    }

    static List<String> printed(String yaml) {
        return parse(yaml).diagnostics().stream().map(Diagnostic::toString).toList();
    }
}
