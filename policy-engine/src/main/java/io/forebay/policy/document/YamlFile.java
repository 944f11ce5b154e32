package io.forebay.policy.document;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A file that is one YAML mapping, and no policy: its values with their places. The bounds are those of a policy file.
public final class YamlFile {
    private YamlFile() {}

    /// The mapping, which is empty where the file is; or null, with errors that have their places in it.
    ///
    /// @param file as findings show it
    public static Yaml.@Nullable Mapping read(String file, byte[] bytes, Findings findings) {
        YamlReader.Reading reading = YamlReader.read(file, bytes);
        reading.diagnostics()
                .forEach(found -> findings.error(found.at(), found.path(), found.message(), found.expected()));
        if (!reading.isComplete()) {
            return null;
        }
        Position start = new Position(file, 1, 1);
        if (reading.documents().isEmpty()) {
            return new Yaml.Mapping(start, Map.of());
        }
        if (reading.documents().size() > 1) {
            findings.error(reading.documents().get(1).root().at(), "", "found a second document", "one in the file");
            return null;
        }
        YamlTree.Tree tree = reading.documents().getFirst();
        tree.defects().forEach(defect -> findings.error(defect.at(), "", defect.message(), defect.expected()));
        if (!(tree.root() instanceof Yaml.Mapping root)) {
            findings.error(tree.root().at(), "", "found " + tree.root().found(), "names with their values");
            return null;
        }
        return root;
    }
}
