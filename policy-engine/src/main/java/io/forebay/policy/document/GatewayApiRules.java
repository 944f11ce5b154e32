package io.forebay.policy.document;

import static io.forebay.policy.document.RuleTable.cross;
import static io.forebay.policy.document.RuleTable.items;
import static io.forebay.policy.document.RuleTable.length;
import static io.forebay.policy.document.RuleTable.notYet;
import static io.forebay.policy.document.RuleTable.oneOf;
import static io.forebay.policy.document.RuleTable.pattern;
import static io.forebay.policy.document.RuleTable.range;
import static io.forebay.policy.document.RuleTable.required;
import static io.forebay.policy.document.RuleTable.text;
import static io.forebay.policy.document.RuleTable.unique;
import static io.forebay.policy.document.RuleTable.uniqueIgnoringCase;

import io.forebay.policy.expression.RegularExpression;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What the custom resource definitions of Gateway API v1.5 demand beyond names and types, for the kinds we serve,
/// and which of their fields this release does not support. One row, one rule; each has a case in
/// `GatewayApiRulesTest`.
final class GatewayApiRules {

    static final String REGULAR_EXPRESSION = "RegularExpression";
    private static final List<String> GATEWAY_API_GROUP = List.of("gateway.networking.k8s.io");

    /// Fields that decide where a message ends or where it goes.
    static final Set<String> FRAMING = Set.of(
            "connection",
            "content-length",
            "expect",
            "host",
            "keep-alive",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade");

    static final RuleTable GATEWAY = RuleTable.of(
            required("spec", "gatewayClassName"),
            pattern("spec.gatewayClassName", Patterns.SUBDOMAIN, Patterns.SUBDOMAIN_EXPECTED),
            length("spec.gatewayClassName", 1, 253),
            required("spec", "listeners"),
            items("spec.listeners", 1, 64),
            unique("spec.listeners", "name"),
            required("spec.listeners[]", "name"),
            pattern("spec.listeners[].name", Patterns.SUBDOMAIN, Patterns.SUBDOMAIN_EXPECTED),
            length("spec.listeners[].name", 1, 253),
            required("spec.listeners[]", "port"),
            range("spec.listeners[].port", 1, 65_535),
            required("spec.listeners[]", "protocol"),
            oneOf("spec.listeners[].protocol", List.of("HTTP", "HTTPS", "TLS", "TCP"), "UDP"),
            pattern("spec.listeners[].hostname", Patterns.HOSTNAME, Patterns.HOSTNAME_EXPECTED),
            length("spec.listeners[].hostname", 1, 253),
            cross("spec.listeners[]", GatewayApiRules::tlsFitsProtocol),
            oneOf("spec.listeners[].tls.mode", List.of("Terminate", "Passthrough")),
            items("spec.listeners[].tls.certificateRefs", 1, 64),
            cross("spec.listeners[].tls", GatewayApiRules::oneCertificate),
            required("spec.listeners[].tls.certificateRefs[]", "name"),
            length("spec.listeners[].tls.certificateRefs[].name", 1, 253),
            oneOf("spec.listeners[].tls.certificateRefs[].group", List.of("", "forebay.io")),
            oneOf("spec.listeners[].tls.certificateRefs[].kind", List.of("Secret", "FileSecret")),
            notYet("spec.listeners[].tls.options"),
            oneOf("spec.listeners[].allowedRoutes.namespaces.from", List.of("All", "Same"), "Selector", "None"),
            notYet("spec.listeners[].allowedRoutes.namespaces.selector"),
            items("spec.listeners[].allowedRoutes.kinds", 0, 8),
            required("spec.listeners[].allowedRoutes.kinds[]", "kind"),
            oneOf("spec.listeners[].allowedRoutes.kinds[].group", GATEWAY_API_GROUP),
            oneOf(
                    "spec.listeners[].allowedRoutes.kinds[].kind",
                    List.of("HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute"),
                    "UDPRoute"),
            cross("spec.listeners[]", GatewayApiRules::kindsFitProtocol),
            required("spec.tls.frontend", "default"),
            notYet("spec.tls.frontend.perPort"),
            required("spec.tls.frontend.default.validation", "caCertificateRefs"),
            items("spec.tls.frontend.default.validation.caCertificateRefs", 1, 8),
            required("spec.tls.frontend.default.validation.caCertificateRefs[]", "group"),
            required("spec.tls.frontend.default.validation.caCertificateRefs[]", "kind"),
            required("spec.tls.frontend.default.validation.caCertificateRefs[]", "name"),
            length("spec.tls.frontend.default.validation.caCertificateRefs[].name", 1, 253),
            oneOf("spec.tls.frontend.default.validation.caCertificateRefs[].group", List.of("", "forebay.io")),
            oneOf(
                    "spec.tls.frontend.default.validation.caCertificateRefs[].kind",
                    List.of("ConfigMap", "Secret", "FileSecret")),
            oneOf("spec.tls.frontend.default.validation.mode", List.of("AllowValidOnly", "AllowInsecureFallback")),
            required("spec.tls.backend", "clientCertificateRef"),
            required("spec.tls.backend.clientCertificateRef", "name"),
            length("spec.tls.backend.clientCertificateRef.name", 1, 253),
            oneOf("spec.tls.backend.clientCertificateRef.group", List.of("", "forebay.io")),
            oneOf("spec.tls.backend.clientCertificateRef.kind", List.of("Secret", "FileSecret")),
            notYet("spec.addresses"),
            notYet("spec.infrastructure"),
            notYet("spec.allowedListeners"),
            notYet("spec.defaultScope"));

    /// What is the same for HTTPRoutes and GRPCRoutes.
    static final RuleTable REQUEST_ROUTE = RuleTable.of(
                    items("spec.parentRefs", 1, 32),
                    required("spec", "parentRefs"),
                    required("spec.parentRefs[]", "name"),
                    length("spec.parentRefs[].name", 1, 253),
                    oneOf("spec.parentRefs[].group", GATEWAY_API_GROUP, ""),
                    oneOf("spec.parentRefs[].kind", List.of("Gateway"), "Service", "ListenerSet"),
                    pattern("spec.parentRefs[].namespace", Patterns.LABEL, Patterns.LABEL_EXPECTED),
                    length("spec.parentRefs[].namespace", 1, 63),
                    pattern("spec.parentRefs[].sectionName", Patterns.SUBDOMAIN, Patterns.SUBDOMAIN_EXPECTED),
                    length("spec.parentRefs[].sectionName", 1, 253),
                    range("spec.parentRefs[].port", 1, 65_535),
                    unique("spec.parentRefs", "group", "kind", "namespace", "name", "sectionName", "port"),
                    notYet("spec.useDefaultGateways"),
                    items("spec.hostnames", 0, 16),
                    unique("spec.hostnames"),
                    pattern("spec.hostnames[]", Patterns.HOSTNAME, Patterns.HOSTNAME_EXPECTED),
                    length("spec.hostnames[]", 1, 253),
                    items("spec.rules", 1, 16),
                    required("spec", "rules"),
                    unique("spec.rules", "name"),
                    pattern("spec.rules[].name", Patterns.SUBDOMAIN, Patterns.SUBDOMAIN_EXPECTED),
                    length("spec.rules[].name", 1, 253),
                    items("spec.rules[].matches", 0, 64),
                    cross("spec", GatewayApiRules::atMost128Matches))
            .plus(SessionRules.TABLE)
            .plus(headerMatches())
            .plus(filters())
            .plus(RouteFilterRules.OF_ALL_ROUTES)
            .plus(backendRefs());

    static final RuleTable HTTP_ROUTE = REQUEST_ROUTE
            .plus(RuleTable.of(
                    items("spec.rules[].retry.codes", 0, 16),
                    range("spec.rules[].retry.codes[]", 400, 599),
                    range("spec.rules[].retry.attempts", 0, 10),
                    text("spec.rules[].retry.backoff", GatewayApiRules::durationProblem),
                    text("spec.rules[].timeouts.request", GatewayApiRules::durationProblem),
                    text("spec.rules[].timeouts.backendRequest", GatewayApiRules::durationProblem),
                    cross("spec.rules[]", GatewayApiRules::backendTimeoutWithinRequest),
                    oneOf("spec.rules[].filters[].type", List.copyOf(RouteFilterRules.BODIES.keySet()), "ExternalAuth"),
                    notYet("spec.rules[].filters[].externalAuth"),
                    oneOf(
                            "spec.rules[].backendRefs[].filters[].type",
                            List.of("RequestHeaderModifier", "ResponseHeaderModifier"),
                            "RequestMirror",
                            "RequestRedirect",
                            "URLRewrite",
                            "CORS",
                            "ExternalAuth",
                            "ExtensionRef"),
                    notYet("spec.rules[].backendRefs[].filters[].requestRedirect"),
                    notYet("spec.rules[].backendRefs[].filters[].urlRewrite"),
                    notYet("spec.rules[].backendRefs[].filters[].cors"),
                    notYet("spec.rules[].backendRefs[].filters[].externalAuth")))
            .plus(requestMatches())
            .plus(RouteFilterRules.TABLE);

    static final RuleTable REFERENCE_GRANT = RuleTable.of(
                    required("spec", "from"),
                    items("spec.from", 1, 16),
                    required("spec", "to"),
                    items("spec.to", 1, 16),
                    required("spec.from[]", "namespace"),
                    pattern("spec.from[].namespace", Patterns.LABEL, Patterns.LABEL_EXPECTED),
                    length("spec.from[].namespace", 1, 63),
                    length("spec.to[].name", 1, 253))
            .plus(granted("spec.from[]"))
            .plus(granted("spec.to[]"));

    private GatewayApiRules() {}

    /// Any kind may be named, also one that nobody has yet.
    private static RuleTable granted(String object) {
        return RuleTable.of(
                required(object, "group"),
                pattern(object + ".group", "(" + Patterns.SUBDOMAIN + ")?", Patterns.SUBDOMAIN_EXPECTED),
                length(object + ".group", 0, 253),
                required(object, "kind"),
                pattern(object + ".kind", "[a-zA-Z]([-a-zA-Z0-9]*[a-zA-Z0-9])?", "a kind, such as HTTPRoute"),
                length(object + ".kind", 1, 63));
    }

    private static RuleTable headerMatches() {
        String headers = "spec.rules[].matches[].headers";
        return RuleTable.of(
                items(headers, 0, 16),
                uniqueIgnoringCase(headers, "name"),
                required(headers + "[]", "name"),
                required(headers + "[]", "value"),
                oneOf(headers + "[].type", List.of("Exact", REGULAR_EXPRESSION)),
                cross(headers + "[]", GatewayApiRules::expressionIsTaken),
                pattern(headers + "[].name", Patterns.HEADER, Patterns.HEADER_EXPECTED),
                length(headers + "[].name", 1, 256),
                length(headers + "[].value", 1, 4096));
    }

    private static RuleTable requestMatches() {
        String match = "spec.rules[].matches[]";
        return RuleTable.of(
                oneOf(match + ".path.type", List.of("Exact", "PathPrefix", REGULAR_EXPRESSION)),
                length(match + ".path.value", 1, 1024),
                cross(match + ".path", GatewayApiRules::pathFitsType),
                oneOf(
                        match + ".method",
                        List.of("GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH")),
                items(match + ".queryParams", 0, 16),
                unique(match + ".queryParams", "name"),
                required(match + ".queryParams[]", "name"),
                required(match + ".queryParams[]", "value"),
                oneOf(match + ".queryParams[].type", List.of("Exact", REGULAR_EXPRESSION)),
                cross(match + ".queryParams[]", GatewayApiRules::expressionIsTaken),
                pattern(
                        match + ".queryParams[].name",
                        "[A-Za-z0-9!#$%&'*+\\-.^_`|~]+",
                        "a parameter name (RFC 9110 token)"),
                length(match + ".queryParams[].name", 1, 256),
                length(match + ".queryParams[].value", 1, 1024));
    }

    private static RuleTable filters() {
        String filter = "spec.rules[].filters[]";
        return RuleTable.of(
                        items("spec.rules[].filters", 0, 16),
                        cross("spec.rules[]", GatewayApiRules::filterTypesOnce),
                        required(filter, "type"),
                        cross(filter, GatewayApiRules::filterBodyFitsType))
                .plus(headerModifier(filter + ".requestHeaderModifier"))
                .plus(headerModifier(filter + ".responseHeaderModifier"));
    }

    /// What is done to the requests of one backend alone.
    private static RuleTable backendFilters() {
        String filter = "spec.rules[].backendRefs[].filters[]";
        return RuleTable.of(
                        items("spec.rules[].backendRefs[].filters", 0, 16),
                        cross("spec.rules[].backendRefs[]", GatewayApiRules::filterTypesOnce),
                        required(filter, "type"),
                        cross(filter, GatewayApiRules::filterBodyFitsType),
                        notYet(filter + ".requestMirror"),
                        notYet(filter + ".extensionRef"))
                .plus(headerModifier(filter + ".requestHeaderModifier"))
                .plus(headerModifier(filter + ".responseHeaderModifier"));
    }

    private static RuleTable headerModifier(String modifier) {
        return headersOf(modifier, "set")
                .plus(headersOf(modifier, "add"))
                .plus(RuleTable.of(
                        items(modifier + ".remove", 0, 16),
                        uniqueIgnoringCase(modifier + ".remove"),
                        text(modifier + ".remove[]", GatewayApiRules::framingProblem),
                        pattern(modifier + ".remove[]", Patterns.HEADER, Patterns.HEADER_EXPECTED),
                        cross(modifier, GatewayApiRules::eachHeaderInOneAction)));
    }

    private static RuleTable headersOf(String modifier, String action) {
        String list = modifier + "." + action;
        return RuleTable.of(
                items(list, 0, 16),
                uniqueIgnoringCase(list, "name"),
                text(list + "[].name", GatewayApiRules::framingProblem),
                required(list + "[]", "name"),
                required(list + "[]", "value"),
                pattern(list + "[].name", Patterns.HEADER, Patterns.HEADER_EXPECTED),
                length(list + "[].name", 1, 256),
                length(list + "[].value", 1, 4096),
                pattern(list + "[].value", Patterns.HEADER_VALUE, Patterns.HEADER_VALUE_EXPECTED));
    }

    private static RuleTable backendRefs() {
        String backend = "spec.rules[].backendRefs[]";
        return RuleTable.of(
                        items("spec.rules[].backendRefs", 0, 16),
                        required(backend, "name"),
                        length(backend + ".name", 1, 253),
                        cross(backend, GatewayApiRules::backendKind),
                        range(backend + ".weight", 0, 1_000_000),
                        range(backend + ".port", 1, 65_535),
                        pattern(backend + ".namespace", Patterns.LABEL, Patterns.LABEL_EXPECTED))
                .plus(backendFilters());
    }

    private static void tlsFitsProtocol(Yaml.Mapping listener, String path, Findings findings) {
        Yaml tls = listener.value("tls");
        Yaml.Mapping settings = tls instanceof Yaml.Mapping mapping ? mapping : null;
        switch (listener.text("protocol")) {
            case "HTTP" -> {
                if (tls != null) {
                    findings.error(tls.at(), path + ".tls", "an HTTP listener has no tls");
                }
            }
            case "TCP" -> {
                for (String field : List.of("tls", "hostname")) {
                    Yaml value = listener.value(field);
                    if (value != null) {
                        findings.error(value.at(), path + "." + field, "a TCP listener has no " + field);
                    }
                }
            }
            case "HTTPS" -> {
                if (settings == null) {
                    findings.error(listener.at(), path, "an HTTPS listener needs tls.certificateRefs");
                } else if ("Passthrough".equals(settings.text("mode"))) {
                    findings.error(
                            settings.at(), path + ".tls.mode", "an HTTPS listener terminates TLS", "protocol: TLS");
                } else if (settings.value("certificateRefs") == null) {
                    findings.error(settings.at(), path + ".tls", "the field certificateRefs is missing");
                }
            }
            case "TLS" -> {
                Yaml refs = settings == null ? null : settings.value("certificateRefs");
                boolean isPassthrough = settings != null && "Passthrough".equals(settings.text("mode"));
                if (refs == null && !isPassthrough) {
                    findings.error(
                            settings == null ? listener.at() : settings.at(),
                            path + (settings == null ? "" : ".tls"),
                            "a TLS listener that terminates needs certificateRefs",
                            "certificateRefs, or mode: Passthrough");
                } else if (refs != null && isPassthrough) {
                    findings.error(
                            refs.at(), path + ".tls.certificateRefs", "what passes through needs no certificate here");
                }
            }
            case null, default -> {}
        }
    }

    private static void kindsFitProtocol(Yaml.Mapping listener, String path, Findings findings) {
        String protocol = listener.text("protocol");
        if (protocol == null
                || !(listener.value("allowedRoutes") instanceof Yaml.Mapping allowed)
                || !(allowed.value("kinds") instanceof Yaml.Sequence(var at, var kinds))) {
            return;
        }
        for (int i = 0; i < kinds.size(); i++) {
            String kind = kinds.get(i) instanceof Yaml.Mapping mapping ? mapping.text("kind") : null;
            boolean isOfConnections = "TLSRoute".equals(kind) || "TCPRoute".equals(kind);
            boolean fits = protocol.startsWith("HTTP")
                    ? !isOfConnections
                    : (protocol + "Route").equals(kind) || ("TCPRoute".equals(kind) && !isPassthrough(listener));
            if (kind != null && !fits) {
                findings.error(
                        kinds.get(i).at(),
                        path + ".allowedRoutes.kinds[" + i + "]",
                        "a listener of protocol " + protocol + " takes no " + kind);
            }
        }
    }

    private static boolean isPassthrough(Yaml.Mapping listener) {
        return listener.value("tls") instanceof Yaml.Mapping tls && "Passthrough".equals(tls.text("mode"));
    }

    private static void oneCertificate(Yaml.Mapping tls, String path, Findings findings) {
        if (tls.value("certificateRefs") instanceof Yaml.Sequence(var at, var refs) && refs.size() > 1) {
            findings.error(
                    refs.get(1).at(),
                    path + ".certificateRefs[1]",
                    "a second certificate of one listener is not supported yet",
                    "one, or a listener for each hostname");
        }
    }

    private static void pathFitsType(Yaml.Mapping match, String path, Findings findings) {
        if (REGULAR_EXPRESSION.equals(match.text("type"))) {
            if (match.value("value") == null) {
                findings.error(match.at(), path, "a path of type RegularExpression needs the field value");
            }
            expressionIsTaken(match, path, findings);
            return;
        }
        String value = match.text("value");
        String problem = value == null ? null : pathProblem(value);
        if (problem != null) {
            findings.error(at(match, "value"), path + ".value", problem);
        }
    }

    static void expressionIsTaken(Yaml.Mapping match, String path, Findings findings) {
        String value = match.text("value");
        String problem = value == null || !REGULAR_EXPRESSION.equals(match.text("type"))
                ? null
                : RegularExpression.problem(value);
        if (problem != null) {
            findings.error(
                    at(match, "value"),
                    path + ".value",
                    problem,
                    "a regular expression of RE2, which has no look-around and no back references");
        }
    }

    static Position at(Yaml.Mapping mapping, String field) {
        Yaml value = mapping.value(field);
        return value == null ? mapping.at() : value.at();
    }

    static @Nullable String pathProblem(String path) {
        if (!path.startsWith("/")) {
            return "the path does not start with /";
        }
        String dotted = path.replaceAll("%2[eE]", ".");
        for (String part : List.of("//", "/./", "/../", "#")) {
            if (dotted.contains(part)) {
                return "the path contains " + part;
            }
        }
        for (String escape : List.of("%2F", "%5C", "%00")) {
            if (path.toUpperCase(Locale.ROOT).contains(escape)) {
                return "the path contains " + escape;
            }
        }
        if (dotted.endsWith("/.") || dotted.endsWith("/..")) {
            return "the path ends with a dot segment";
        }
        return path.matches("(?:[-A-Za-z0-9/._~!$&'()*+,;=:@]|%[0-9a-fA-F]{2})+")
                ? null
                : "the path has a character that RFC 3986 does not allow in a path";
    }

    private static @Nullable String durationProblem(String text) {
        return Gep2257.parse(text).isPresent() ? null : "found \"" + text + "\"; expected " + Gep2257.EXPECTED;
    }

    private static void atMost128Matches(Yaml.Mapping spec, String path, Findings findings) {
        int matches = 0;
        if (spec.value("rules") instanceof Yaml.Sequence(var at, var rules)) {
            for (Yaml rule : rules) {
                Yaml list = rule instanceof Yaml.Mapping mapping ? mapping.value("matches") : null;
                matches += list instanceof Yaml.Sequence sequence
                        ? sequence.items().size()
                        : 1;
            }
            if (matches > 128) {
                findings.error(at, path + ".rules", "the rules have " + matches + " matches together", "at most 128");
            }
        }
    }

    private static void backendTimeoutWithinRequest(Yaml.Mapping rule, String path, Findings findings) {
        if (rule.value("timeouts") instanceof Yaml.Mapping timeouts) {
            Optional<Duration> request = duration(timeouts, "request");
            Optional<Duration> backend = duration(timeouts, "backendRequest");
            if (request.isPresent()
                    && backend.isPresent()
                    && !request.get().isZero()
                    && backend.get().compareTo(request.get()) > 0) {
                findings.error(
                        timeouts.at(),
                        path + ".timeouts",
                        "backendRequest is longer than request, which covers all tries");
            }
        }
    }

    private static Optional<Duration> duration(Yaml.Mapping timeouts, String field) {
        String text = timeouts.text(field);
        return text == null ? Optional.empty() : Gep2257.parse(text);
    }

    private static void filterTypesOnce(Yaml.Mapping rule, String path, Findings findings) {
        if (rule.value("filters") instanceof Yaml.Sequence(var at, var filters)) {
            Map<String, Integer> seen = new HashMap<>();
            for (int i = 0; i < filters.size(); i++) {
                String type = filters.get(i) instanceof Yaml.Mapping filter ? filter.text("type") : null;
                boolean isOnce = type != null && !type.equals("RequestMirror");
                if (isOnce && seen.putIfAbsent(type, i) != null) {
                    findings.error(filters.get(i).at(), path + ".filters[" + i + "]", "a rule has at most one " + type);
                }
            }
        }
    }

    private static void filterBodyFitsType(Yaml.Mapping filter, String path, Findings findings) {
        String type = filter.text("type");
        String body = type == null ? null : RouteFilterRules.BODIES.get(type);
        if (body == null) {
            return;
        }
        if (filter.value(body) == null) {
            findings.error(filter.at(), path, "a filter of type " + type + " needs the field " + body);
        }
        for (String other : RouteFilterRules.BODIES.values()) {
            Yaml value = filter.value(other);
            if (!other.equals(body) && value != null) {
                findings.error(value.at(), path + "." + other, "a filter of type " + type + " has no " + other);
            }
        }
    }

    /// A policy that could change these would let one message be read as two, or reach another host than was checked.
    private static @Nullable String framingProblem(String name) {
        return FRAMING.contains(name.toLowerCase(Locale.ROOT))
                ? "the field " + name + " frames or routes the message and is not for policies to change"
                : null;
    }

    private static void eachHeaderInOneAction(Yaml.Mapping modifier, String path, Findings findings) {
        Map<String, String> seen = new HashMap<>();
        for (String action : List.of("set", "add", "remove")) {
            if (modifier.value(action) instanceof Yaml.Sequence(var at, var items)) {
                for (int i = 0; i < items.size(); i++) {
                    String name = headerName(items.get(i));
                    String earlier = name == null ? null : seen.putIfAbsent(name, action);
                    if (earlier != null && !earlier.equals(action)) {
                        findings.error(
                                items.get(i).at(),
                                path + "." + action + "[" + i + "]",
                                "the header " + name + " is named under " + earlier + " too");
                    }
                }
            }
        }
    }

    private static @Nullable String headerName(Yaml item) {
        String name = switch (item) {
            case Yaml.Mapping mapping -> mapping.text("name");
            case Yaml.Scalar scalar -> scalar.text();
            case Yaml.Sequence sequence -> null;
        };
        return name == null ? null : name.toLowerCase(Locale.ROOT);
    }

    /// The Gateway API's default is a core Service, which only exists where Kubernetes is the policy source.
    static void backendKind(Yaml.Mapping backend, String path, Findings findings) {
        String group = backend.text("group");
        String kind = backend.text("kind");
        boolean isBackend = "forebay.io".equals(group) && "Backend".equals(kind);
        boolean isService = (group == null || group.isEmpty()) && (kind == null || "Service".equals(kind));
        if (isService) {
            findings.error(
                    backend.at(),
                    path,
                    "a backend of kind Service is not supported yet",
                    "group: forebay.io, kind: Backend");
        } else if (!isBackend) {
            findings.error(
                    backend.at(), path, "the backend is not of a known kind", "group: forebay.io, kind: Backend");
        }
    }
}
