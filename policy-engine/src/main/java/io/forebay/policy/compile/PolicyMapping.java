package io.forebay.policy.compile;

import io.forebay.policy.HeaderName;
import io.forebay.policy.PolicyMode;
import io.forebay.policy.TenantRule;
import io.forebay.policy.access.AuthorizationRule;
import io.forebay.policy.access.AuthorizationRules;
import io.forebay.policy.access.SecurityRule;
import io.forebay.policy.document.BackendTrafficPolicySpec;
import io.forebay.policy.document.Document;
import io.forebay.policy.document.Mode;
import io.forebay.policy.document.ObjectKey;
import io.forebay.policy.document.OffloadPolicySpec;
import io.forebay.policy.document.SecurityPolicySpec;
import io.forebay.policy.expression.RequestExpression;
import io.forebay.policy.limit.LimitKey;
import io.forebay.policy.limit.LimitRule;
import io.forebay.policy.offload.CallbackRule;
import io.forebay.policy.offload.DedupRule;
import io.forebay.policy.offload.IdempotencyRule;
import io.forebay.policy.offload.JobOptionRules;
import io.forebay.policy.offload.OffloadCondition;
import io.forebay.policy.offload.OffloadRule;
import io.forebay.policy.offload.SigningKeys;
import io.forebay.policy.route.SplitKey;
import io.forebay.policy.token.JwtProvider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Checked policies as the stages want them, with the defaults of the policy language.
final class PolicyMapping {

    private PolicyMapping() {}

    static String id(ObjectKey key) {
        return key.namespace() + "/" + key.name();
    }

    static PolicyMode mode(@Nullable Mode mode) {
        return switch (mode) {
            case null -> PolicyMode.ENFORCE;
            case ENFORCE -> PolicyMode.ENFORCE;
            case SHADOW -> PolicyMode.SHADOW;
            case OFF -> PolicyMode.OFF;
        };
    }

    static SecurityRule security(Document.SecurityPolicy policy, Material.KeySets keys) {
        SecurityPolicySpec spec = policy.spec();
        List<JwtProvider> providers = new ArrayList<>();
        if (spec.jwt() != null) {
            spec.jwt().providers().forEach(provider -> providers.add(provider(provider, keys)));
        }
        AuthorizationRules authorization = authorization(spec.authorization());
        return new SecurityRule(
                id(policy.key()),
                mode(spec.mode()),
                providers,
                providers.isEmpty(),
                authorization,
                tenant(spec.tenant()));
    }

    private static JwtProvider provider(SecurityPolicySpec.Provider provider, Material.KeySets keys) {
        return new JwtProvider(
                provider.name(),
                provider.issuer(),
                provider.audiences(),
                keys.of(provider),
                provider.claimToHeaders().stream()
                        .map(claim -> new JwtProvider.ClaimHeader(claim.claim(), HeaderName.of(claim.header())))
                        .toList());
    }

    /// Without an authorization part, whoever could be identified may call; with one, the default is to refuse.
    private static AuthorizationRules authorization(SecurityPolicySpec.@Nullable Authorization authorization) {
        if (authorization == null) {
            return AuthorizationRules.ALLOW_ALL;
        }
        List<AuthorizationRule> rules = new ArrayList<>();
        for (int i = 0; i < authorization.rules().size(); i++) {
            SecurityPolicySpec.Rule rule = authorization.rules().get(i);
            rules.add(rule(
                    rule.name() == null ? Integer.toString(i) : rule.name(), action(rule.action()), rule.principal()));
        }
        return new AuthorizationRules(
                authorization.defaultAction() == null
                        ? AuthorizationRule.Action.DENY
                        : action(authorization.defaultAction()),
                rules);
    }

    static AuthorizationRule rule(
            String name, AuthorizationRule.Action action, SecurityPolicySpec.RulePrincipal principal) {
        return new AuthorizationRule(name, action, token(principal.jwt()), certificate(principal.clientCertificate()));
    }

    private static AuthorizationRule.Action action(SecurityPolicySpec.Action action) {
        return switch (action) {
            case ALLOW -> AuthorizationRule.Action.ALLOW;
            case DENY -> AuthorizationRule.Action.DENY;
        };
    }

    private static AuthorizationRule.@Nullable TokenCondition token(SecurityPolicySpec.@Nullable JwtPrincipal jwt) {
        return jwt == null
                ? null
                : new AuthorizationRule.TokenCondition(
                        jwt.provider(),
                        jwt.scopes(),
                        jwt.claims().stream()
                                .map(claim -> new AuthorizationRule.ClaimCondition(claim.name(), claim.values()))
                                .toList());
    }

    private static AuthorizationRule.@Nullable CertificateCondition certificate(
            SecurityPolicySpec.@Nullable CertificatePrincipal certificate) {
        return certificate == null
                ? null
                : new AuthorizationRule.CertificateCondition(
                        certificate.spiffe().stream().map(PolicyMapping::name).toList(), List.of(), List.of());
    }

    private static AuthorizationRule.NameMatch name(SecurityPolicySpec.TextMatch match) {
        AuthorizationRule.NameMatch.Kind kind = switch (match.type()) {
            case null -> AuthorizationRule.NameMatch.Kind.EXACT;
            case EXACT -> AuthorizationRule.NameMatch.Kind.EXACT;
            case PREFIX -> AuthorizationRule.NameMatch.Kind.PREFIX;
        };
        return new AuthorizationRule.NameMatch(kind, match.value());
    }

    private static TenantRule tenant(SecurityPolicySpec.@Nullable Tenant tenant) {
        if (tenant == null) {
            return new TenantRule.OfPrincipal();
        }
        return tenant.claim() == null ? new TenantRule.OfTrustDomain() : new TenantRule.OfClaim(tenant.claim());
    }

    static List<LimitRule> limits(Document.BackendTrafficPolicy policy) {
        BackendTrafficPolicySpec.RateLimit rateLimit = policy.spec().rateLimit();
        return rateLimit == null
                ? List.of()
                : rateLimit.local().rules().stream()
                        .map(rule -> limit(policy, rule))
                        .toList();
    }

    /// Null where the policy does not split, or only says what it would do.
    static @Nullable SplitKey split(Document.BackendTrafficPolicy policy) {
        BackendTrafficPolicySpec.Split split = policy.spec().split();
        if (split == null || mode(policy.spec().mode()) != PolicyMode.ENFORCE) {
            return null;
        }
        BackendTrafficPolicySpec.SplitBy by = split.by();
        if (by.header() != null) {
            return new SplitKey.ByHeader(HeaderName.of(by.header()));
        }
        if (by.cookie() != null) {
            return new SplitKey.ByCookie(new SplitKey.CookieName(by.cookie()));
        }
        return by.claim() != null ? new SplitKey.ByClaim(by.claim()) : new SplitKey.ByAddress();
    }

    private static LimitRule limit(Document.BackendTrafficPolicy policy, BackendTrafficPolicySpec.Rule rule) {
        BackendTrafficPolicySpec.Limit limit = rule.limit();
        return new LimitRule(
                id(policy.key()) + "/" + rule.name(),
                rule.name(),
                key(rule.key()),
                limit.requests(),
                Duration.ofSeconds(limit.unit().seconds()).toNanos(),
                limit.burst() == null ? limit.requests() : limit.burst(),
                mode(policy.spec().mode()));
    }

    static LimitKey key(BackendTrafficPolicySpec.@Nullable LimitKey key) {
        List<LimitKey> parts = new ArrayList<>();
        if (key != null) {
            if (key.claim() != null) {
                parts.add(new LimitKey.ByClaim(key.claim()));
            }
            if (key.header() != null) {
                parts.add(new LimitKey.ByHeader(HeaderName.of(key.header())));
            }
            if (key.ip() != null) {
                parts.add(new LimitKey.ByAddress());
            }
            if (key.certificate() != null) {
                parts.add(new LimitKey.ByCertificate());
            }
            if (key.tenant() != null) {
                parts.add(new LimitKey.ByTenant());
            }
        }
        return switch (parts.size()) {
            case 0 -> new LimitKey.Everyone();
            case 1 -> parts.getFirst();
            default -> new LimitKey.ByAll(parts);
        };
    }

    static OffloadRule offload(Document.OffloadPolicy policy, Material material) {
        OffloadPolicySpec spec = policy.spec();
        return new OffloadRule(
                id(policy.key()),
                mode(spec.mode()),
                policy.key().namespace() + "/" + spec.queue(),
                spec.clients() == OffloadPolicySpec.Clients.ANY
                        ? OffloadRule.Clients.ANY
                        : OffloadRule.Clients.PREFERRING,
                spec.when().stream().map(PolicyMapping::condition).toList(),
                idempotency(policy),
                spec.anonymous() == OffloadPolicySpec.Anonymous.CAPABILITY,
                options(spec),
                dedup(spec.dedup()),
                callback(policy, material),
                false);
    }

    private static JobOptionRules options(OffloadPolicySpec spec) {
        OffloadPolicySpec.Priority priority = spec.priority();
        int max = priority == null || priority.max() == null ? JobOptionRules.PRIORITY_MAX : priority.max();
        int standard = priority == null || priority.standard() == null
                ? Math.min(max, JobOptionRules.PRIORITY_DEFAULT)
                : priority.standard();
        Set<OffloadRule.ClientOption> accept = spec.accept().stream()
                .map(option -> switch (option) {
                    case PRIORITY -> OffloadRule.ClientOption.PRIORITY;
                    case DELAY -> OffloadRule.ClientOption.DELAY;
                    case NOT_BEFORE -> OffloadRule.ClientOption.NOT_BEFORE;
                    case DEADLINE -> OffloadRule.ClientOption.DEADLINE;
                    case ORDERING_KEY -> OffloadRule.ClientOption.ORDERING_KEY;
                    case DEDUP_KEY -> OffloadRule.ClientOption.DEDUP_KEY;
                    case CALLBACK -> OffloadRule.ClientOption.CALLBACK;
                    case BATCH -> OffloadRule.ClientOption.BATCH;
                })
                .collect(Collectors.toSet());
        return new JobOptionRules(accept, standard, max);
    }

    private static @Nullable DedupRule dedup(OffloadPolicySpec.@Nullable Dedup dedup) {
        if (dedup == null) {
            return null;
        }
        DedupRule.Mode mode = switch (dedup.mode()) {
            case KEEP_FIRST -> DedupRule.Mode.KEEP_FIRST;
            case REPLACE_QUEUED -> DedupRule.Mode.REPLACE_QUEUED;
            case DEBOUNCE -> DedupRule.Mode.DEBOUNCE;
        };
        return new DedupRule(mode, dedup.window() == null ? 0 : dedup.window().toMillis());
    }

    private static @Nullable CallbackRule callback(Document.OffloadPolicy policy, Material material) {
        OffloadPolicySpec.Callback callback = policy.spec().callback();
        return callback != null && material instanceof Material.Webhooks(SigningKeys keys)
                ? new CallbackRule(
                        policy.key().namespace() + "/" + callback.queue(),
                        keys,
                        callback.hosts(),
                        callback.privateAddresses() != null && callback.privateAddresses(),
                        callback.plainHttp() != null && callback.plainHttp())
                : null;
    }

    private static OffloadCondition condition(OffloadPolicySpec.When when) {
        if (when.bodyLargerThan() != null) {
            return new OffloadCondition.BodyLargerThan(when.bodyLargerThan().bytes());
        }
        if (when.overloaded() != null) {
            return new OffloadCondition.Overloaded();
        }
        if (when.slowerThan() != null) {
            return new OffloadCondition.SlowerThan(when.slowerThan().toNanos());
        }
        if (when.expression() != null) {
            return new OffloadCondition.Expression(RequestExpression.of(when.expression()));
        }
        return when.always() == null ? new OffloadCondition.ClientPrefers() : new OffloadCondition.Always();
    }

    private static @Nullable IdempotencyRule idempotency(Document.OffloadPolicy policy) {
        OffloadPolicySpec.Idempotency idempotency = policy.spec().idempotency();
        return idempotency == null
                ? null
                : new IdempotencyRule(
                        idempotency.header() == null
                                ? IdempotencyRule.HEADER_DEFAULT
                                : HeaderName.of(idempotency.header()),
                        idempotency.window() == null
                                ? IdempotencyRule.WINDOW_DEFAULT_MS
                                : idempotency.window().toMillis(),
                        idempotency.required() != null && idempotency.required(),
                        id(policy.key()));
    }

    /// How long a body of a request may be that is kept in a file for its rule's `retry`; 0 for none.
    static long retriedBodyBytes(Document.BackendTrafficPolicy policy) {
        BackendTrafficPolicySpec.Retry retry = policy.spec().retry();
        return retry == null || mode(policy.spec().mode()) != PolicyMode.ENFORCE
                ? 0
                : retry.bodyLimit().bytes();
    }
}
