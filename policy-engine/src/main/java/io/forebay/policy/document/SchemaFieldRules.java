package io.forebay.policy.document;

import static io.forebay.policy.document.RuleTable.cross;
import static io.forebay.policy.document.RuleTable.items;
import static io.forebay.policy.document.RuleTable.length;
import static io.forebay.policy.document.RuleTable.pattern;
import static io.forebay.policy.document.RuleTable.required;
import static io.forebay.policy.document.RuleTable.text;
import static io.forebay.policy.document.RuleTable.unique;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The same for a Queue's `schema`. What the files say is checked when they are compiled.
final class SchemaFieldRules {
    /// The one field of the gateway's own that goes on to workers as it came.
    static final String VERSION_HEADER = "forebay-schema-version";

    private static final long BODY_BYTES_MAX = 1 << 20;
    private static final Set<String> TAKEN =
            Set.of("authorization", "proxy-authorization", "cookie", "prefer", "traceparent", "idempotency-key");

    static final RuleTable TABLE = RuleTable.of(
            required("spec.schema", "versions"),
            items("spec.schema.versions", 1, 16),
            unique("spec.schema.versions", "name"),
            pattern(
                    "spec.schema.versions[].name",
                    "[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?",
                    "letters, digits, and ._- between them, such as 1 or 2026-11"),
            length("spec.schema.versions[].name", 1, 64),
            length("spec.schema.versions[].file", 1, 4_096),
            pattern("spec.schema.versionHeader", Patterns.HEADER, Patterns.HEADER_EXPECTED),
            text("spec.schema.versionHeader", SchemaFieldRules::headerProblem),
            cross("spec", SchemaFieldRules::bodiesAreShort));

    private SchemaFieldRules() {}

    /// A field that means something else, or is not kept with a job.
    private static @Nullable String headerProblem(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        boolean isTaken = GatewayApiRules.FRAMING.contains(lower)
                || TAKEN.contains(lower)
                || lower.startsWith("content-")
                || (lower.startsWith("forebay-") && !lower.equals(VERSION_HEADER));
        return isTaken
                ? "the field " + name + " has another meaning; expected " + VERSION_HEADER + ", or your own"
                : null;
    }

    /// They are validated in memory, as a whole.
    private static void bodiesAreShort(Yaml.Mapping spec, String path, Findings findings) {
        if (spec.value("schema") != null
                && spec.value("limits") instanceof Yaml.Mapping limits
                && limits.value("maxBody") instanceof Yaml.Scalar maxBody) {
            Optional<ByteSize> size = ByteSize.parse(maxBody.text());
            if (size.isPresent() && size.get().bytes() > BODY_BYTES_MAX) {
                findings.error(
                        maxBody.at(),
                        path + ".limits.maxBody",
                        "a queue with a schema takes no longer bodies, since they are validated in memory",
                        "at most 1Mi");
            }
        }
    }
}
