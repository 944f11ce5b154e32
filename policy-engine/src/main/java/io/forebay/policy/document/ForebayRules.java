package io.forebay.policy.document;

import static io.forebay.policy.document.RuleTable.cross;
import static io.forebay.policy.document.RuleTable.exactlyOne;
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

import io.forebay.policy.expression.RequestExpression;
import io.forebay.policy.schedule.CronExpression;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The same for our own kinds and the core ones we read, and the fields of the language that this release does not
/// support. One row, one rule; each has a case in `ForebayRulesTest`.
final class ForebayRules {

    private static final Duration LEASE_TERM_MIN = Duration.ofSeconds(5);
    private static final Duration LEASE_TERM_MAX = Duration.ofHours(24);
    private static final long HELD_BYTES_MAX = 1 << 20;
    private static final long BODY_BYTES_MAX = 16L << 30;
    private static final int SCHEDULED_BODY_CHARS_MAX = 64 << 10;
    /// Direct responses are kept in memory, and sent whole.
    private static final int DIRECT_BODY_CHARS_MAX = 64 << 10;
    private static final Set<String> CREDENTIALS = Set.of("authorization", "proxy-authorization", "cookie");

    private static final long RETRIED_BODY_BYTES_MIN = 128L << 10;
    private static final long RETRIED_BODY_BYTES_MAX = 64L << 20;

    static final RuleTable BACKEND = RuleTable.of(
                    exactlyOne("spec", "endpoints", "endpointsFrom"),
                    items("spec.endpoints", 1, 64),
                    length("spec.endpointsFrom.fileRef", 1, 4_096),
                    notYet("spec.tls"),
                    notYet("spec.type"),
                    items("spec.appProtocols", 1, 1),
                    oneOf("spec.appProtocols[]", List.of("kubernetes.io/h2c", "kubernetes.io/ws", "kubernetes.io/wss")))
            .plus(EndpointRules.at("spec.endpoints[]"));

    static final RuleTable FILE_SECRET = RuleTable.of(cross("spec", ForebayRules::pairOrAuthorities));

    static final RuleTable SECRET = RuleTable.of(
            oneOf("type", List.of("Opaque", "kubernetes.io/tls")), cross("", ForebayRules::tlsKeysPresent));

    static final RuleTable CONFIG_MAP = RuleTable.of(notYet("binaryData"));

    static final RuleTable SECURITY_POLICY = targets(List.of("HTTPRoute", "GRPCRoute", "Gateway"))
            .plus(RuleTable.of(
                    exactlyOne("spec.tenant", "claim", "spiffe"),
                    notYet("spec.tenant.header"),
                    length("spec.tenant.claim", 1, 253),
                    required("spec.jwt", "providers"),
                    items("spec.jwt.providers", 1, 16),
                    unique("spec.jwt.providers", "name"),
                    length("spec.jwt.providers[].name", 1, 253),
                    length("spec.jwt.providers[].issuer", 1, 2048),
                    items("spec.jwt.providers[].audiences", 0, 8),
                    notYet("spec.jwt.optional"),
                    notYet("spec.jwt.providers[].remoteJWKS"),
                    notYet("spec.jwt.providers[].extractFrom"),
                    notYet("spec.jwt.providers[].recomputeRoute"),
                    exactlyOne("spec.jwt.providers[].localJWKS", "fileRef", "inline"),
                    items("spec.jwt.providers[].claimToHeaders", 0, 16),
                    uniqueIgnoringCase("spec.jwt.providers[].claimToHeaders", "header"),
                    length("spec.jwt.providers[].claimToHeaders[].claim", 1, 253),
                    text("spec.jwt.providers[].claimToHeaders[].header", ForebayRules::claimHeaderProblem),
                    pattern("spec.jwt.providers[].claimToHeaders[].header", Patterns.HEADER, Patterns.HEADER_EXPECTED),
                    notYet("spec.authorization.expression"),
                    items("spec.authorization.rules", 0, 64),
                    unique("spec.authorization.rules", "name"),
                    length("spec.authorization.rules[].name", 1, 253),
                    notYet("spec.authorization.rules[].expression"),
                    notYet("spec.authorization.rules[].operation"),
                    notYet("spec.cors"),
                    notYet("spec.oidc"),
                    notYet("spec.basicAuth"),
                    notYet("spec.apiKeyAuth"),
                    notYet("spec.extAuth"),
                    cross("spec", ForebayRules::securitySaysSomething),
                    cross("spec", ForebayRules::rulesNameKnownProviders)))
            .plus(principals("spec.authorization.rules[].principal"));

    static final RuleTable BACKEND_TRAFFIC_POLICY = targets(
                    List.of("gateway.networking.k8s.io", "forebay.io"),
                    List.of("HTTPRoute", "GRPCRoute", "Gateway", "Backend"))
            .plus(BackendSettingsRules.TABLE)
            .plus(BackendConnectionRules.TABLE)
            .plus(FaultInjectionRules.TABLE)
            .plus(RuleTable.of(
                    exactlyOne("spec.split.by", "header", "cookie", "claim", "ip"),
                    pattern("spec.split.by.header", Patterns.HEADER, Patterns.HEADER_EXPECTED),
                    pattern(
                            "spec.split.by.cookie",
                            "[A-Za-z0-9!#$%&'*+\\-.^_`|~]+",
                            "the name of a cookie (RFC 6265 token)"),
                    length("spec.split.by.cookie", 1, 253),
                    length("spec.split.by.claim", 1, 253),
                    required("spec.rateLimit.local", "rules"),
                    items("spec.rateLimit.local.rules", 1, 16),
                    unique("spec.rateLimit.local.rules", "name"),
                    pattern("spec.rateLimit.local.rules[].name", Patterns.SUBDOMAIN, Patterns.SUBDOMAIN_EXPECTED),
                    length("spec.rateLimit.local.rules[].name", 1, 63),
                    cross("spec.rateLimit.local.rules[].key", ForebayRules::keyNamesSomething),
                    length("spec.rateLimit.local.rules[].key.claim", 1, 253),
                    pattern("spec.rateLimit.local.rules[].key.header", Patterns.HEADER, Patterns.HEADER_EXPECTED),
                    notYet("spec.rateLimit.local.rules[].clientSelectors"),
                    range("spec.rateLimit.local.rules[].limit.requests", 1, 1_000_000_000),
                    range("spec.rateLimit.local.rules[].limit.burst", 1, 1_000_000_000),
                    notYet("spec.rateLimit.global"),
                    notYet("spec.rateLimit.type"),
                    text("spec.retry.bodyLimit", ForebayRules::retriedBodyProblem),
                    notYet("spec.retry.numRetries"),
                    notYet("spec.retry.retryOn"),
                    notYet("spec.retry.perRetry"),
                    notYet("spec.compression"),
                    notYet("spec.requestBuffer")));

    static final RuleTable HTTP_ROUTE_FILTER = RuleTable.of(
            range("spec.directResponse.statusCode", 200, 599),
            length("spec.directResponse.contentType", 1, 256),
            pattern("spec.directResponse.contentType", "[\\x20-\\x7E]*", "a media type, such as text/html"),
            oneOf("spec.directResponse.body.type", List.of("Inline"), "ValueRef"),
            notYet("spec.directResponse.body.valueRef"),
            length("spec.directResponse.body.inline", 0, DIRECT_BODY_CHARS_MAX),
            cross("spec.directResponse", ForebayRules::statusHasABody),
            notYet("spec.urlRewrite"),
            notYet("spec.credentialInjection"),
            notYet("spec.cors"));

    static final RuleTable OFFLOAD_POLICY = targets(List.of("HTTPRoute", "GRPCRoute"))
            .plus(RuleTable.of(
                    text("spec.targetRefs[].kind", ForebayRules::offloadProblem),
                    required("spec.targetRefs[]", "sectionName"),
                    pattern("spec.queue", Patterns.SUBDOMAIN, Patterns.SUBDOMAIN_EXPECTED),
                    length("spec.queue", 1, 253),
                    required("spec", "when"),
                    items("spec.when", 1, 16),
                    exactlyOne(
                            "spec.when[]",
                            "always",
                            "clientPrefers",
                            "bodyLargerThan",
                            "expression",
                            "overloaded",
                            "slowerThan"),
                    range("spec.when[].bodyLargerThan", 0, HELD_BYTES_MAX),
                    text("spec.when[].bodyLargerThan", ForebayRules::heldSize),
                    length("spec.when[].expression", 1, RequestExpression.CHARS_MAX),
                    text("spec.when[].expression", RequestExpression::problem),
                    text("spec.when[].slowerThan", ForebayRules::positive),
                    items("spec.accept", 0, 8),
                    range("spec.priority.default", 0, 9),
                    range("spec.priority.max", 0, 9),
                    cross("spec.priority", ForebayRules::defaultWithinMax),
                    cross("spec", ForebayRules::callbackIsAccepted),
                    cross("spec", ForebayRules::dedupIsAccepted),
                    cross("spec.dedup", ForebayRules::onlyDebounceWaits),
                    text("spec.dedup.window", ForebayRules::positive),
                    pattern("spec.callback.queue", Patterns.SUBDOMAIN, Patterns.SUBDOMAIN_EXPECTED),
                    length("spec.callback.queue", 1, 253),
                    oneOf("spec.callback.secretRef.group", List.of("", "forebay.io")),
                    oneOf("spec.callback.secretRef.kind", List.of("Secret", "FileSecret")),
                    length("spec.callback.secretRef.name", 1, 253),
                    items("spec.callback.hosts", 1, 64),
                    pattern("spec.callback.hosts[]", Patterns.HOSTNAME, Patterns.HOSTNAME_EXPECTED),
                    notYet("spec.storeCredentials"),
                    pattern("spec.idempotency.header", Patterns.HEADER, Patterns.HEADER_EXPECTED),
                    text("spec.idempotency.window", ForebayRules::positive),
                    notYet("spec.idempotency.scope")));

    static final RuleTable QUEUE = RuleTable.of(
                    range("spec.concurrency", 1, 10_000),
                    text("spec.leaseTerm", ForebayRules::leaseTerm),
                    items("spec.permissions", 0, 64),
                    required("spec.permissions[]", "verbs"),
                    items("spec.permissions[].verbs", 1, 4),
                    cross("spec", ForebayRules::pullNamesWorkers),
                    text("spec.attemptTimeout", ForebayRules::positive),
                    range("spec.retry.attempts", 1, 100),
                    text("spec.retry.backoff.base", ForebayRules::positive),
                    cross("spec.retry.backoff", ForebayRules::baseWithinMax),
                    range("spec.limits.depth", 1, 100_000_000),
                    range("spec.limits.bytes", 1, Long.MAX_VALUE),
                    text("spec.limits.bytes", ForebayRules::positiveSize),
                    text("spec.limits.maxWait", ForebayRules::positive),
                    range("spec.limits.maxBody", 0, BODY_BYTES_MAX),
                    text("spec.limits.maxBody", ForebayRules::bodySize),
                    range("spec.limits.maxResult", 0, BODY_BYTES_MAX),
                    text("spec.limits.maxResult", ForebayRules::bodySize),
                    pattern("spec.orderingKey.header", Patterns.HEADER, Patterns.HEADER_EXPECTED),
                    notYet("spec.priority"),
                    range("spec.dispatchRate.jobs", 1, 1_000_000),
                    range("spec.dispatchRate.burst", 1, 1_000_000),
                    cross("spec.perKey.key", ForebayRules::keyNamesSomething),
                    length("spec.perKey.key.claim", 1, 253),
                    pattern("spec.perKey.key.header", Patterns.HEADER, Patterns.HEADER_EXPECTED),
                    range("spec.perKey.concurrency", 1, 10_000),
                    range("spec.perKey.dispatchRate.jobs", 1, 1_000_000),
                    range("spec.perKey.dispatchRate.burst", 1, 1_000_000),
                    cross("spec.tenants", ForebayRules::tenantsSaySomething),
                    cross("spec.tenants.limits", ForebayRules::tenantLimitsSaySomething),
                    range("spec.tenants.limits.depth", 1, 100_000_000),
                    range("spec.tenants.limits.bytes", 1, Long.MAX_VALUE),
                    text("spec.tenants.limits.bytes", ForebayRules::positiveSize),
                    items("spec.tenants.weights", 1, 1_000),
                    unique("spec.tenants.weights", "name"),
                    length("spec.tenants.weights[].name", 1, 1_024),
                    range("spec.tenants.weights[].weight", 1, 1_000))
            .plus(principals("spec.permissions[].principal"))
            .plus(SchemaFieldRules.TABLE);

    static final RuleTable SCHEDULE = RuleTable.of(
            text("spec.schedule", CronExpression::problem),
            text("spec.timeZone", ForebayRules::zoneProblem),
            text("spec.jitter", ForebayRules::aDayAtMost),
            text("spec.missedRuns.within", ForebayRules::positive),
            text("spec.missedRuns.within", ForebayRules::aWeekAtMost),
            cross("spec.missedRuns", ForebayRules::skippedRunsAreNeverLate),
            required("spec.targetRef", "sectionName"),
            oneOf("spec.targetRef.group", List.of("gateway.networking.k8s.io")),
            oneOf("spec.targetRef.kind", List.of("HTTPRoute")),
            length("spec.targetRef.name", 1, 253),
            pattern("spec.targetRef.sectionName", Patterns.SUBDOMAIN, Patterns.SUBDOMAIN_EXPECTED),
            pattern("spec.queue", Patterns.SUBDOMAIN, Patterns.SUBDOMAIN_EXPECTED),
            length("spec.queue", 1, 253),
            length("spec.tenant", 1, 255),
            pattern("spec.tenant", Patterns.HEADER_VALUE, "a name without control characters"),
            range("spec.priority", 0, 9),
            oneOf("spec.request.method", List.of("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS")),
            pattern(
                    "spec.request.path",
                    "/[A-Za-z0-9._~!$&'()*+,;=:@/%?-]*",
                    "a path, with its query if there is one, such as /reports?day=yesterday"),
            length("spec.request.path", 1, 4_096),
            pattern("spec.request.hostname", Patterns.SUBDOMAIN + "(:[0-9]{1,5})?", "a host, such as shop.example"),
            items("spec.request.headers", 0, 32),
            uniqueIgnoringCase("spec.request.headers", "name"),
            text("spec.request.headers[].name", ForebayRules::scheduledHeaderProblem),
            pattern("spec.request.headers[].name", Patterns.HEADER, Patterns.HEADER_EXPECTED),
            pattern("spec.request.headers[].value", Patterns.HEADER_VALUE, Patterns.HEADER_VALUE_EXPECTED),
            length("spec.request.headers[].value", 0, 1_024),
            length("spec.request.body", 0, SCHEDULED_BODY_CHARS_MAX),
            notYet("spec.startingDeadlineSeconds"),
            notYet("spec.successfulJobsHistoryLimit"),
            notYet("spec.failedJobsHistoryLimit"),
            notYet("spec.jobTemplate"));

    private ForebayRules() {}

    /// What a principal in a policy has to look like, wherever it stands.
    private static RuleTable principals(String path) {
        return RuleTable.of(
                notYet(path + ".clientCIDRs"),
                notYet(path + ".headers"),
                cross(path, ForebayRules::principalNamesSomething),
                cross(path + ".jwt", ForebayRules::scopesOrClaims),
                items(path + ".jwt.scopes", 1, 16),
                items(path + ".jwt.claims", 1, 16),
                required(path + ".jwt.claims[]", "values"),
                items(path + ".jwt.claims[].values", 1, 128),
                required(path + ".clientCertificate", "spiffe"),
                items(path + ".clientCertificate.spiffe", 1, 64),
                pattern(
                        path + ".clientCertificate.spiffe[].value",
                        "spiffe://[a-z0-9._-]{1,255}(/.*)?",
                        "a SPIFFE ID or its beginning, such as spiffe://example/kitchen/"));
    }

    /// Every policy attaches to objects of its own namespace.
    static RuleTable targets(List<String> kinds) {
        return targets(List.of("gateway.networking.k8s.io"), kinds);
    }

    private static RuleTable targets(List<String> groups, List<String> kinds) {
        return RuleTable.of(
                required("spec", "targetRefs"),
                notYet("spec.targetRef"),
                notYet("spec.targetSelectors"),
                items("spec.targetRefs", 1, 16),
                unique("spec.targetRefs", "kind", "name", "sectionName"),
                oneOf("spec.targetRefs[].group", groups),
                oneOf("spec.targetRefs[].kind", kinds),
                length("spec.targetRefs[].name", 1, 253),
                pattern("spec.targetRefs[].sectionName", Patterns.SUBDOMAIN, Patterns.SUBDOMAIN_EXPECTED));
    }

    /// What a job's caller is given later is an answer of HTTP.
    private static @Nullable String offloadProblem(String kind) {
        return kind.equals("GRPCRoute")
                ? "a call of gRPC cannot become a job: its client waits for messages and a status, not for a 202"
                : null;
    }

    private static void pairOrAuthorities(Yaml.Mapping spec, String path, Findings findings) {
        boolean hasCertificate = spec.value("tls.crt") != null;
        boolean hasKey = spec.value("tls.key") != null;
        if (hasCertificate != hasKey) {
            findings.error(spec.at(), path, "tls.crt and tls.key belong together");
        } else if (!hasCertificate && spec.value("ca.crt") == null && spec.value("webhook.key") == null) {
            findings.error(spec.at(), path, "the secret names no file", "tls.crt and tls.key, ca.crt, or webhook.key");
        }
        spec.entries().forEach((key, entry) -> {
            if (entry.value() instanceof Yaml.Scalar scalar && scalar.text().isBlank()) {
                findings.error(scalar.at(), Binder.child(path, key), "the path is empty");
            }
        });
    }

    private static void tlsKeysPresent(Yaml.Mapping root, String path, Findings findings) {
        if ("kubernetes.io/tls".equals(root.text("type"))) {
            for (String key : List.of("tls.crt", "tls.key")) {
                if (!hasEntry(root, "data", key) && !hasEntry(root, "stringData", key)) {
                    findings.error(root.at(), path, "a secret of type kubernetes.io/tls needs " + key);
                }
            }
        }
    }

    private static boolean hasEntry(Yaml.Mapping root, String field, String key) {
        return root.value(field) instanceof Yaml.Mapping entries && entries.value(key) != null;
    }

    private static void principalNamesSomething(Yaml.Mapping principal, String path, Findings findings) {
        if (principal.entries().isEmpty()) {
            findings.error(principal.at(), path, "the principal names nothing", "jwt or clientCertificate");
        }
    }

    private static void scopesOrClaims(Yaml.Mapping jwt, String path, Findings findings) {
        if (jwt.value("scopes") == null && jwt.value("claims") == null) {
            findings.warning(jwt.at(), path, "neither scopes nor claims: every token of the provider is meant");
        }
    }

    /// 204, 205 and 304 have none (RFC 9110 sections 15.3.5, 15.3.6 and 15.4.5).
    private static void statusHasABody(Yaml.Mapping response, String path, Findings findings) {
        boolean isBodyless = response.value("statusCode") instanceof Yaml.Scalar status
                && List.of("204", "205", "304").contains(status.text());
        Yaml body = response.value("body");
        if (isBodyless && body != null) {
            findings.error(body.at(), path + ".body", "an answer with this status has no body");
        }
    }

    private static void securitySaysSomething(Yaml.Mapping spec, String path, Findings findings) {
        if (spec.value("jwt") == null && spec.value("authorization") == null) {
            findings.error(spec.at(), path, "the policy asks for nothing", "jwt, authorization, or both");
        }
    }

    private static void rulesNameKnownProviders(Yaml.Mapping spec, String path, Findings findings) {
        List<String> providers =
                spec.value("jwt") instanceof Yaml.Mapping jwt ? names(jwt.value("providers")) : List.of();
        if (!(spec.value("authorization") instanceof Yaml.Mapping authorization)
                || !(authorization.value("rules") instanceof Yaml.Sequence(var at, var rules))) {
            return;
        }
        for (int i = 0; i < rules.size(); i++) {
            if (rules.get(i) instanceof Yaml.Mapping rule
                    && rule.value("principal") instanceof Yaml.Mapping principal
                    && principal.value("jwt") instanceof Yaml.Mapping jwt
                    && jwt.value("provider") instanceof Yaml.Scalar provider
                    && !providers.contains(provider.text())) {
                String nearest = Suggestion.nearest(provider.text(), providers);
                findings.error(
                        provider.at(),
                        path + ".authorization.rules[" + i + "].principal.jwt.provider",
                        "the policy has no provider \"" + provider.text() + "\""
                                + (nearest == null ? "" : "; did you mean \"" + nearest + "\"?"));
            }
        }
    }

    private static List<String> names(@Nullable Yaml list) {
        return list instanceof Yaml.Sequence(var at, var items)
                ? items.stream()
                        .map(item -> item instanceof Yaml.Mapping mapping ? mapping.text("name") : null)
                        .flatMap(name -> Optional.ofNullable(name).stream())
                        .toList()
                : List.of();
    }

    private static void keyNamesSomething(Yaml.Mapping key, String path, Findings findings) {
        if (key.entries().isEmpty()) {
            findings.error(key.at(), path, "the key names nothing", "claim, header, ip, certificate or tenant");
        }
    }

    /// Filled from a claim, these would frame the message or pass for credentials.
    private static @Nullable String claimHeaderProblem(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return GatewayApiRules.FRAMING.contains(lower) || CREDENTIALS.contains(lower)
                ? "a claim may not become the field " + name
                : null;
    }

    private static @Nullable String retriedBodyProblem(String text) {
        Optional<ByteSize> size = ByteSize.parse(text);
        boolean isBounded = size.isEmpty()
                || (size.get().bytes() >= RETRIED_BODY_BYTES_MIN && size.get().bytes() <= RETRIED_BODY_BYTES_MAX);
        return isBounded ? null : "found \"" + text + "\"; expected 128Ki to 64Mi";
    }

    private static @Nullable String positive(String text) {
        Optional<Duration> duration = Gep2257.parse(text);
        return duration.isPresent() && duration.get().isZero() ? "the duration is zero" : null;
    }

    private static @Nullable String aDayAtMost(String text) {
        return atMost(text, Duration.ofDays(1), "24h");
    }

    private static @Nullable String aWeekAtMost(String text) {
        return atMost(text, Duration.ofDays(7), "168h");
    }

    private static @Nullable String atMost(String text, Duration max, String written) {
        Optional<Duration> duration = Gep2257.parse(text);
        return duration.isPresent() && duration.get().compareTo(max) > 0
                ? "found \"" + text + "\"; expected at most " + written
                : null;
    }

    private static @Nullable String zoneProblem(String text) {
        try {
            ZoneId.of(text);
            return null;
        } catch (DateTimeException unknown) {
            return "found \"" + text + "\"; expected a time zone such as Europe/Berlin or UTC";
        }
    }

    private static void skippedRunsAreNeverLate(Yaml.Mapping missed, String path, Findings findings) {
        if ("skip".equals(missed.text("policy")) && missed.value("within") != null) {
            findings.error(missed.at(), path, "runs that are skipped are not made up within any time");
        }
    }

    /// What the gateway itself says of a job's request.
    private static @Nullable String scheduledHeaderProblem(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        boolean isOurs = GatewayApiRules.FRAMING.contains(lower)
                || lower.equals("idempotency-key")
                || lower.equals("traceparent")
                || lower.equals("tracestate")
                || (lower.startsWith("forebay-") && !lower.equals(SchemaFieldRules.VERSION_HEADER));
        return isOurs ? "a schedule may not set the field " + name : null;
    }

    private static @Nullable String positiveSize(String text) {
        Optional<ByteSize> size = ByteSize.parse(text);
        return size.isPresent() && size.get().bytes() == 0 ? "the size is zero" : null;
    }

    /// A body of unknown length is held up to this size.
    private static @Nullable String heldSize(String text) {
        Optional<ByteSize> size = ByteSize.parse(text);
        return size.isPresent() && size.get().bytes() > HELD_BYTES_MAX
                ? "found \"" + text + "\"; expected at most 1Mi, since a body is held in memory until it is that long"
                : null;
    }

    private static @Nullable String bodySize(String text) {
        Optional<ByteSize> size = ByteSize.parse(text);
        return size.isPresent() && size.get().bytes() > BODY_BYTES_MAX
                ? "found \"" + text + "\"; expected at most 16Gi"
                : null;
    }

    /// Between what a heartbeat can keep up with and a day.
    private static @Nullable String leaseTerm(String text) {
        Optional<Duration> term = Gep2257.parse(text);
        return term.isPresent()
                        && (term.get().compareTo(LEASE_TERM_MIN) < 0
                                || term.get().compareTo(LEASE_TERM_MAX) > 0)
                ? "found \"" + text + "\"; expected 5s to 24h"
                : null;
    }

    private static void pullNamesWorkers(Yaml.Mapping spec, String path, Findings findings) {
        boolean isPull = "pull".equals(spec.text("workers"));
        if (isPull && spec.value("permissions") == null) {
            findings.warning(spec.at(), path, "nobody may lease the jobs of this queue: it has no permissions");
        }
        if (!isPull && spec.value("leaseTerm") != null) {
            findings.error(spec.at(), path + ".leaseTerm", "only workers that pull have leases; set workers: pull");
        }
    }

    private static void tenantsSaySomething(Yaml.Mapping tenants, String path, Findings findings) {
        if (tenants.entries().isEmpty()) {
            findings.error(tenants.at(), path, "nothing is said of tenants", "weights, limits, or both");
        }
    }

    private static void tenantLimitsSaySomething(Yaml.Mapping limits, String path, Findings findings) {
        if (limits.entries().isEmpty()) {
            findings.error(limits.at(), path, "nothing is limited", "depth, bytes, or both");
        }
    }

    private static boolean accepts(Yaml.Mapping spec, String option) {
        return spec.value("accept") instanceof Yaml.Sequence accept
                && accept.items().stream()
                        .anyMatch(item ->
                                item instanceof Yaml.Scalar text && text.text().equals(option));
    }

    private static void callbackIsAccepted(Yaml.Mapping spec, String path, Findings findings) {
        boolean isAccepted = accepts(spec, "callback");
        boolean isSet = spec.value("callback") != null;
        if (isAccepted && !isSet) {
            findings.error(spec.at(), path, "callback is accepted, and nothing says how", "the field callback");
        } else if (isSet && !isAccepted) {
            findings.error(spec.at(), path, "callback is set up, and no client may ask for it", "callback in accept");
        }
    }

    private static void dedupIsAccepted(Yaml.Mapping spec, String path, Findings findings) {
        boolean isAccepted = accepts(spec, "dedup-key");
        boolean isSet = spec.value("dedup") != null;
        if (isAccepted && !isSet) {
            findings.error(spec.at(), path, "dedup-key is accepted, and nothing says what it does", "the field dedup");
        } else if (isSet && !isAccepted) {
            findings.error(spec.at(), path, "dedup is set up, and no client may send a key", "dedup-key in accept");
        }
    }

    private static void onlyDebounceWaits(Yaml.Mapping dedup, String path, Findings findings) {
        boolean isDebounce = "debounce".equals(dedup.text("mode"));
        boolean isSet = dedup.value("window") != null;
        if (isDebounce && !isSet) {
            findings.error(dedup.at(), path, "nothing says how long a job waits for the next", "the field window");
        } else if (isSet && !isDebounce) {
            findings.error(dedup.at(), path, "only debounce has a window", "mode: debounce");
        }
    }

    private static void defaultWithinMax(Yaml.Mapping priority, String path, Findings findings) {
        // Each by itself is one digit, or is reported.
        if (priority.value("default") instanceof Yaml.Scalar standard
                && priority.value("max") instanceof Yaml.Scalar max
                && standard.text().length() == 1
                && standard.text().compareTo(max.text()) > 0) {
            findings.error(priority.at(), path, "default is more urgent than max");
        }
    }

    private static void baseWithinMax(Yaml.Mapping backoff, String path, Findings findings) {
        String base = backoff.text("base");
        String max = backoff.text("max");
        if (base != null && max != null) {
            Optional<Duration> first = Gep2257.parse(base);
            Optional<Duration> last = Gep2257.parse(max);
            if (first.isPresent() && last.isPresent() && first.get().compareTo(last.get()) > 0) {
                findings.error(backoff.at(), path, "base is longer than max");
            }
        }
    }
}
