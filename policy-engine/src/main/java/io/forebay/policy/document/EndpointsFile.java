package io.forebay.policy.document;

import static io.forebay.policy.document.RuleTable.items;
import static io.forebay.policy.document.RuleTable.required;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A file of endpoints that a Backend names: `{endpoints: [...]}` in YAML or JSON, each as it would stand in the
/// Backend.
public final class EndpointsFile {
    static final RuleTable RULES =
            RuleTable.of(required("", "endpoints"), items("endpoints", 0, 64)).plus(EndpointRules.at("endpoints[]"));

    /// The whole file.
    record Content(List<BackendSpec.Endpoint> endpoints) {}

    private EndpointsFile() {}

    /// The endpoints in the file, none or more; or null, with findings that have their places in it.
    ///
    /// @param file as diagnostics show it
    public static @Nullable List<BackendSpec.Endpoint> read(String file, String text, Findings findings) {
        YamlReader.Reading reading = YamlReader.read(file, text.getBytes(StandardCharsets.UTF_8));
        reading.diagnostics()
                .forEach(found -> findings.error(found.at(), found.path(), found.message(), found.expected()));
        if (reading.documents().size() != 1 || !(reading.documents().getFirst().root() instanceof Yaml.Mapping root)) {
            findings.error(new Position(file, 1, 1), "", "found no list of endpoints", "endpoints: [...]");
            return null;
        }
        reading.documents()
                .getFirst()
                .defects()
                .forEach(defect -> findings.error(defect.at(), "", defect.message(), defect.expected()));
        Content content = new Binder(RULES, findings).bind(root, Content.class, "");
        RULES.check(root, findings);
        return content == null || findings.hasErrors() ? null : content.endpoints();
    }
}
