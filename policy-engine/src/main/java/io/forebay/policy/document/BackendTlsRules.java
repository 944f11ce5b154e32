package io.forebay.policy.document;

import static io.forebay.policy.document.RuleTable.cross;
import static io.forebay.policy.document.RuleTable.items;
import static io.forebay.policy.document.RuleTable.length;
import static io.forebay.policy.document.RuleTable.notYet;
import static io.forebay.policy.document.RuleTable.oneOf;
import static io.forebay.policy.document.RuleTable.pattern;
import static io.forebay.policy.document.RuleTable.required;

import java.util.List;

/// What the definition of BackendTLSPolicy in Gateway API v1.5 demands beyond names and types, with our Backend in the
/// place of a Service. One row, one rule; each has a case in `BackendTlsRulesTest`.
final class BackendTlsRules {

    private static final String VALIDATION = "spec.validation";
    private static final String NAMES = VALIDATION + ".subjectAltNames";
    private static final String AUTHORITIES = VALIDATION + ".caCertificateRefs";

    static final RuleTable BACKEND_TLS_POLICY = RuleTable.of(
            required("spec", "targetRefs"),
            items("spec.targetRefs", 1, 16),
            required("spec.targetRefs[]", "group"),
            required("spec.targetRefs[]", "kind"),
            required("spec.targetRefs[]", "name"),
            oneOf("spec.targetRefs[].group", List.of("forebay.io"), ""),
            oneOf("spec.targetRefs[].kind", List.of("Backend"), "Service"),
            length("spec.targetRefs[].name", 1, 253),
            notYet("spec.targetRefs[].sectionName"),
            notYet("spec.options"),
            required("spec", "validation"),
            required(VALIDATION, "hostname"),
            pattern(VALIDATION + ".hostname", Patterns.SUBDOMAIN, Patterns.SUBDOMAIN_EXPECTED),
            length(VALIDATION + ".hostname", 1, 253),
            cross(VALIDATION, BackendTlsRules::someAuthorities),
            items(AUTHORITIES, 0, 8),
            required(AUTHORITIES + "[]", "group"),
            required(AUTHORITIES + "[]", "kind"),
            required(AUTHORITIES + "[]", "name"),
            oneOf(AUTHORITIES + "[].group", List.of("", "forebay.io")),
            oneOf(AUTHORITIES + "[].kind", List.of("ConfigMap", "Secret", "FileSecret")),
            length(AUTHORITIES + "[].name", 1, 253),
            oneOf(VALIDATION + ".wellKnownCACertificates", List.of("System")),
            items(NAMES, 0, 5),
            required(NAMES + "[]", "type"),
            oneOf(NAMES + "[].type", List.of("Hostname", "URI")),
            cross(NAMES + "[]", BackendTlsRules::nameFitsType),
            pattern(NAMES + "[].hostname", Patterns.SUBDOMAIN, Patterns.SUBDOMAIN_EXPECTED),
            length(NAMES + "[].hostname", 1, 253),
            pattern(
                    NAMES + "[].uri",
                    "[A-Za-z][A-Za-z0-9+.-]*://[^\\s]+",
                    "an absolute URI such as spiffe://example/menu"),
            length(NAMES + "[].uri", 1, 253));

    private BackendTlsRules() {}

    private static void someAuthorities(Yaml.Mapping validation, String path, Findings findings) {
        boolean hasRefs = validation.value("caCertificateRefs") instanceof Yaml.Sequence refs
                && !refs.items().isEmpty();
        boolean hasSystem = validation.value("wellKnownCACertificates") != null;
        if (hasRefs == hasSystem) {
            findings.error(
                    validation.at(),
                    path,
                    hasRefs
                            ? "both caCertificateRefs and wellKnownCACertificates are given"
                            : "no authorities are given",
                    "exactly one of caCertificateRefs, wellKnownCACertificates");
        }
    }

    private static void nameFitsType(Yaml.Mapping name, String path, Findings findings) {
        String type = name.text("type");
        String wanted = "URI".equals(type) ? "uri" : "hostname";
        String other = "URI".equals(type) ? "hostname" : "uri";
        if (type != null && (name.value(wanted) == null || name.value(other) != null)) {
            findings.error(name.at(), path, "a name of type " + type + " has the field " + wanted + " and no other");
        }
    }
}
