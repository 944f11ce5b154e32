package io.forebay.policy.document;

import static io.forebay.policy.document.RuleTable.cross;
import static io.forebay.policy.document.RuleTable.items;
import static io.forebay.policy.document.RuleTable.length;
import static io.forebay.policy.document.RuleTable.oneOf;
import static io.forebay.policy.document.RuleTable.pattern;
import static io.forebay.policy.document.RuleTable.range;
import static io.forebay.policy.document.RuleTable.required;
import static io.forebay.policy.document.RuleTable.text;
import static io.forebay.policy.document.RuleTable.unique;
import static io.forebay.policy.document.RuleTable.uniqueIgnoringCase;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What Gateway API v1.5 demands of the filters of an HTTPRoute that are no header modifiers: redirects, rewrites,
/// CORS, mirrors, and references to filters of ours. Each row has a case in `RouteFilterRulesTest`.
final class RouteFilterRules {
    /// The field in which a filter of each type says what it does.
    static final Map<String, String> BODIES = Map.of(
            "RequestHeaderModifier", "requestHeaderModifier",
            "ResponseHeaderModifier", "responseHeaderModifier",
            "RequestMirror", "requestMirror",
            "RequestRedirect", "requestRedirect",
            "URLRewrite", "urlRewrite",
            "CORS", "cors",
            "ExtensionRef", "extensionRef");

    private static final Set<String> REDIRECT_STATUS = Set.of("301", "302", "303", "307", "308");
    private static final String ORIGIN =
            "\\*|[a-zA-Z][a-zA-Z0-9+.-]*://(\\*|(\\*\\.)?[a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?)(:[0-9]{1,5})?";
    private static final String FILTER = "spec.rules[].filters[]";

    static final RuleTable TABLE = RuleTable.of(
                    cross("spec.rules[]", RouteFilterRules::redirectStandsAlone),
                    cross("spec.rules[]", RouteFilterRules::replacedPrefixIsKnown))
            .plus(redirect(FILTER + ".requestRedirect"))
            .plus(rewrite(FILTER + ".urlRewrite"))
            .plus(cors(FILTER + ".cors"));

    /// Of those that GRPCRoutes have too.
    static final RuleTable OF_ALL_ROUTES = mirror(FILTER + ".requestMirror")
            .plus(RuleTable.of(
                    required(FILTER + ".extensionRef", "group"),
                    required(FILTER + ".extensionRef", "kind"),
                    required(FILTER + ".extensionRef", "name"),
                    oneOf(FILTER + ".extensionRef.group", List.of("forebay.io")),
                    oneOf(FILTER + ".extensionRef.kind", List.of("HTTPRouteFilter")),
                    length(FILTER + ".extensionRef.name", 1, 253)));

    private RouteFilterRules() {}

    private static RuleTable redirect(String redirect) {
        return RuleTable.of(
                        oneOf(redirect + ".scheme", List.of("http", "https")),
                        pattern(redirect + ".hostname", Patterns.SUBDOMAIN, Patterns.SUBDOMAIN_EXPECTED),
                        length(redirect + ".hostname", 1, 253),
                        range(redirect + ".port", 1, 65_535),
                        cross(redirect, RouteFilterRules::statusRedirects))
                .plus(path(redirect + ".path"));
    }

    private static RuleTable rewrite(String rewrite) {
        return RuleTable.of(
                        pattern(rewrite + ".hostname", Patterns.SUBDOMAIN, Patterns.SUBDOMAIN_EXPECTED),
                        length(rewrite + ".hostname", 1, 253))
                .plus(path(rewrite + ".path"));
    }

    private static RuleTable path(String path) {
        return RuleTable.of(
                required(path, "type"),
                oneOf(path + ".type", List.of("ReplaceFullPath", "ReplacePrefixMatch")),
                cross(path, RouteFilterRules::replacementFitsType),
                length(path + ".replaceFullPath", 1, 1024),
                text(path + ".replaceFullPath", GatewayApiRules::pathProblem),
                length(path + ".replacePrefixMatch", 0, 1024),
                text(path + ".replacePrefixMatch", RouteFilterRules::prefixProblem));
    }

    private static RuleTable mirror(String mirror) {
        return RuleTable.of(
                required(mirror, "backendRef"),
                required(mirror + ".backendRef", "name"),
                length(mirror + ".backendRef.name", 1, 253),
                pattern(mirror + ".backendRef.namespace", Patterns.LABEL, Patterns.LABEL_EXPECTED),
                range(mirror + ".backendRef.port", 1, 65_535),
                cross(mirror + ".backendRef", GatewayApiRules::backendKind),
                range(mirror + ".percent", 0, 100),
                required(mirror + ".fraction", "numerator"),
                range(mirror + ".fraction.numerator", 0, Integer.MAX_VALUE),
                range(mirror + ".fraction.denominator", 1, Integer.MAX_VALUE),
                cross(mirror, RouteFilterRules::oneShareAtMostWhole));
    }

    private static RuleTable cors(String cors) {
        return RuleTable.of(
                items(cors + ".allowOrigins", 0, 64),
                unique(cors + ".allowOrigins"),
                pattern(
                        cors + ".allowOrigins[]",
                        ORIGIN,
                        "an origin such as https://shop.example, https://*.shop.example:8443, or *"),
                length(cors + ".allowOrigins[]", 1, 253),
                items(cors + ".allowMethods", 0, 9),
                unique(cors + ".allowMethods"),
                oneOf(
                        cors + ".allowMethods[]",
                        List.of("GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH", "*")),
                items(cors + ".allowHeaders", 0, 64),
                uniqueIgnoringCase(cors + ".allowHeaders"),
                pattern(cors + ".allowHeaders[]", "\\*|" + Patterns.HEADER, Patterns.HEADER_EXPECTED + ", or *"),
                length(cors + ".allowHeaders[]", 1, 256),
                items(cors + ".exposeHeaders", 0, 64),
                uniqueIgnoringCase(cors + ".exposeHeaders"),
                pattern(cors + ".exposeHeaders[]", "\\*|" + Patterns.HEADER, Patterns.HEADER_EXPECTED + ", or *"),
                length(cors + ".exposeHeaders[]", 1, 256),
                cross(cors, RouteFilterRules::starStandsAlone),
                range(cors + ".maxAge", 1, Integer.MAX_VALUE));
    }

    private static boolean hasFilter(Yaml.Mapping rule, String type) {
        if (rule.value("filters") instanceof Yaml.Sequence(var at, var filters)) {
            for (Yaml filter : filters) {
                if (filter instanceof Yaml.Mapping mapping && type.equals(mapping.text("type"))) {
                    return true;
                }
            }
        }
        return false;
    }

    private static void redirectStandsAlone(Yaml.Mapping rule, String path, Findings findings) {
        if (!hasFilter(rule, "RequestRedirect")) {
            return;
        }
        for (String other : List.of("URLRewrite", "ExtensionRef")) {
            if (hasFilter(rule, other)) {
                findings.error(
                        rule.at(),
                        path + ".filters",
                        "the filters RequestRedirect and " + other + " exclude each other");
            }
        }
        if (rule.value("backendRefs") instanceof Yaml.Sequence(var at, var backends) && !backends.isEmpty()) {
            findings.error(at, path + ".backendRefs", "a rule that redirects has no backendRefs");
        }
    }

    /// What is replaced is the prefix that matched, so there must be exactly one.
    private static void replacedPrefixIsKnown(Yaml.Mapping rule, String path, Findings findings) {
        if (!(rule.value("filters") instanceof Yaml.Sequence(var at, var filters)) || hasOnePrefix(rule)) {
            return;
        }
        for (int i = 0; i < filters.size(); i++) {
            for (String body : List.of("requestRedirect", "urlRewrite")) {
                if (filters.get(i) instanceof Yaml.Mapping filter
                        && filter.value(body) instanceof Yaml.Mapping settings
                        && settings.value("path") instanceof Yaml.Mapping edit
                        && edit.value("replacePrefixMatch") != null) {
                    findings.error(
                            edit.at(),
                            path + ".filters[" + i + "]." + body + ".path",
                            "replacePrefixMatch needs a rule with exactly one match, of type PathPrefix");
                }
            }
        }
    }

    private static boolean hasOnePrefix(Yaml.Mapping rule) {
        if (!(rule.value("matches") instanceof Yaml.Sequence(var at, var matches)) || matches.isEmpty()) {
            return true; // by default all paths under /
        }
        if (matches.size() != 1 || !(matches.getFirst() instanceof Yaml.Mapping match)) {
            return false;
        }
        String type = match.value("path") instanceof Yaml.Mapping path ? path.text("type") : null;
        return type == null || type.equals("PathPrefix");
    }

    private static void statusRedirects(Yaml.Mapping redirect, String path, Findings findings) {
        if (redirect.value("statusCode") instanceof Yaml.Scalar status && !REDIRECT_STATUS.contains(status.text())) {
            findings.error(
                    status.at(), path + ".statusCode", "found " + status.found(), "one of 301, 302, 303, 307, 308");
        }
    }

    private static void replacementFitsType(Yaml.Mapping edit, String path, Findings findings) {
        String type = edit.text("type");
        for (String field : List.of("replaceFullPath", "replacePrefixMatch")) {
            boolean isMeant = field.equalsIgnoreCase(type);
            Yaml value = edit.value(field);
            if (isMeant && value == null) {
                findings.error(edit.at(), path, "a path of type " + type + " needs the field " + field);
            } else if (!isMeant && value != null && type != null) {
                findings.error(value.at(), path + "." + field, "a path of type " + type + " has no " + field);
            }
        }
    }

    private static @Nullable String prefixProblem(String prefix) {
        return prefix.isEmpty() ? null : GatewayApiRules.pathProblem(prefix);
    }

    private static void oneShareAtMostWhole(Yaml.Mapping mirror, String path, Findings findings) {
        if (!(mirror.value("fraction") instanceof Yaml.Mapping fraction)) {
            return;
        }
        if (mirror.value("percent") != null) {
            findings.error(mirror.at(), path, "percent and fraction exclude each other");
        }
        Long numerator = number(fraction, "numerator");
        Long denominator = fraction.value("denominator") == null ? Long.valueOf(100) : number(fraction, "denominator");
        if (numerator != null && denominator != null && numerator > denominator) {
            findings.error(fraction.at(), path + ".fraction", "the fraction is more than the whole");
        }
    }

    /// Null where the Binder finds no number either.
    private static @Nullable Long number(Yaml.Mapping mapping, String field) {
        if (mapping.value(field) instanceof Yaml.Scalar scalar && scalar.text().matches("[0-9]{1,10}")) {
            return Long.valueOf(scalar.text());
        }
        return null;
    }

    private static void starStandsAlone(Yaml.Mapping cors, String path, Findings findings) {
        for (String list : List.of("allowOrigins", "allowMethods", "allowHeaders", "exposeHeaders")) {
            if (cors.value(list) instanceof Yaml.Sequence(var at, var items) && items.size() > 1) {
                for (Yaml item : items) {
                    if (item instanceof Yaml.Scalar scalar && scalar.text().equals("*")) {
                        findings.error(scalar.at(), path + "." + list, "* stands for all and alone");
                    }
                }
            }
        }
    }
}
