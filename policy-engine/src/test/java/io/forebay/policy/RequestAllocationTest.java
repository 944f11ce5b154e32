package io.forebay.policy;

import static io.forebay.policy.token.TestIssuer.ISSUER;
import static io.forebay.policy.token.TestIssuer.NOW_MS;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.forebay.policy.access.AuthorizationRule;
import io.forebay.policy.access.AuthorizationRule.Action;
import io.forebay.policy.access.AuthorizationRule.CertificateCondition;
import io.forebay.policy.access.AuthorizationRule.ClaimCondition;
import io.forebay.policy.access.AuthorizationRule.NameMatch;
import io.forebay.policy.access.AuthorizationRule.TokenCondition;
import io.forebay.policy.access.AuthorizationRules;
import io.forebay.policy.access.SecurityRule;
import io.forebay.policy.limit.LimitDecision;
import io.forebay.policy.limit.LimitKey;
import io.forebay.policy.limit.LimitRule;
import io.forebay.policy.limit.LimitRules;
import io.forebay.policy.limit.LimitTable;
import io.forebay.policy.offload.JobOptionRules;
import io.forebay.policy.offload.OffloadCondition;
import io.forebay.policy.offload.OffloadDecision;
import io.forebay.policy.offload.OffloadRule;
import io.forebay.policy.route.BackendSplit;
import io.forebay.policy.route.RouteCandidate;
import io.forebay.policy.route.RouteIndex;
import io.forebay.policy.route.RouteMatch;
import io.forebay.policy.route.RouteMatch.HeaderMatch;
import io.forebay.policy.route.RouteMatch.PathMatch;
import io.forebay.policy.route.RouteMatch.QueryMatch;
import io.forebay.policy.route.RouteRule;
import io.forebay.policy.token.JwtProvider;
import io.forebay.policy.token.TestIssuer;
import io.forebay.policy.token.TokenCache;
import io.forebay.policy.token.TokenOutcome;
import io.forebay.policy.token.TokenScratch;
import io.forebay.policy.token.TokenVerifier;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The accepted request of a known caller, through every rule, leaves nothing for the collector.
class RequestAllocationTest {

    private static final int CALLERS = 50;
    private static final int WARM_UP = 20_000;
    private static final int MEASURED = 20_000;
    private static final long MS = 1_000_000;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final TestIssuer issuer = TestIssuer.rsa("k1");
    private final TokenVerifier verifier = new TokenVerifier(new TokenCache(1000));
    private final TokenScratch scratch = new TokenScratch();
    private final LimitTable table = new LimitTable(1000, 42);
    private final LimitDecision decision = new LimitDecision();
    private final byte[] fields = new byte[1024];
    private final PeerIdentity peer = new PeerIdentity(
            "192.0.2.7", new ClientCertificate("spiffe://example/kitchen/cook", List.of(), "CN=cook", "ab"));
    private final RouteIndex routes = routes();
    private final List<TestRequest> requests = requests();
    private int written;

    private RouteIndex routes() {
        List<RouteCandidate> candidates = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            String host = i % 3 == 0 ? null : i % 3 == 1 ? "*.example" : "shop.example";
            RouteRule other = RouteRule.builder("default/other/" + i).build();
            candidates.add(candidate(host, RouteMatch.of(PathMatch.prefix("/other/" + i)), other, i));
        }
        RouteMatch match = new RouteMatch(
                PathMatch.prefix("/menu/today"),
                "GET",
                List.of(new HeaderMatch(HeaderName.of("x-tier"), "gold")),
                List.of(new QueryMatch("lang", "en gb")));
        candidates.add(candidate("*.example", match, menu(), 1000));
        return RouteIndex.of(candidates);
    }

    private static RouteCandidate candidate(@Nullable String host, RouteMatch match, RouteRule rule, int order) {
        return new RouteCandidate(host, match, rule, 0, "default/r", order, 0);
    }

    private RouteRule menu() {
        return RouteRule.builder("default/shop/menu")
                .backends(BackendSplit.of(
                        List.of(BackendSplit.Share.of("default/a", 90), BackendSplit.Share.of("default/b", 10))))
                .security(security())
                .limits(LimitRules.of(List.of(
                        limit("per-user", new LimitKey.ByClaim("sub")),
                        limit(
                                "per-peer",
                                new LimitKey.ByAll(List.of(
                                        new LimitKey.ByAddress(),
                                        new LimitKey.ByCertificate(),
                                        new LimitKey.ByHeader(HeaderName.of("x-tier"))))))))
                .offload(new OffloadRule(
                        "default/o",
                        PolicyMode.ENFORCE,
                        "default/q",
                        OffloadRule.Clients.ANY,
                        List.of(new OffloadCondition.ClientPrefers(), new OffloadCondition.BodyLargerThan(1000)),
                        null,
                        false,
                        JobOptionRules.NONE,
                        null,
                        null,
                        false))
                .build();
    }

    private static LimitRule limit(String name, LimitKey key) {
        return new LimitRule("default/limits/" + name, name, key, 100_000, 1_000 * MS, 100_000, PolicyMode.ENFORCE);
    }

    private SecurityRule security() {
        JwtProvider provider = new JwtProvider(
                "idp",
                ISSUER,
                List.of("shop"),
                TestIssuer.keys(issuer.jwk()),
                List.of(new JwtProvider.ClaimHeader("sub", HeaderName.of("x-user"))));
        List<AuthorizationRule> rules = List.of(
                new AuthorizationRule(
                        "banned",
                        Action.DENY,
                        null,
                        new CertificateCondition(
                                List.of(new NameMatch(NameMatch.Kind.PREFIX, "spiffe://example/banned/")),
                                List.of(),
                                List.of())),
                new AuthorizationRule(
                        "readers",
                        Action.ALLOW,
                        new TokenCondition(
                                "idp", List.of("shop.read"), List.of(new ClaimCondition("org", List.of("acme")))),
                        null));
        return new SecurityRule(
                "default/tokens",
                PolicyMode.ENFORCE,
                List.of(provider),
                false,
                new AuthorizationRules(Action.DENY, rules),
                new TenantRule.OfClaim("org"));
    }

    private List<TestRequest> requests() {
        List<TestRequest> requests = new ArrayList<>();
        for (int i = 0; i < CALLERS; i++) {
            String token = issuer.claims("user-" + i)
                    .withClaim("scope", "shop.read shop.write")
                    .withClaim("org", "acme")
                    .sign(issuer.algorithm());
            requests.add(TestRequest.get("www.shop.example", "/menu/today/soup?x=1&lang=en%20gb")
                    .with("x-tier", "gold")
                    .with("authorization", "Bearer " + token));
        }
        return requests;
    }

    /// What the stages do with a request, in their order.
    private void serve(int number) {
        TestRequest request = requests.get(number % CALLERS);
        RouteRule rule = routes.match(request);
        if (rule == null || rule.security() == null || rule.offload() == null) {
            throw new AssertionError("no route");
        }
        TokenOutcome outcome = rule.security().identify(verifier, request, peer, scratch, NOW_MS + number % 1000);
        if (!(outcome instanceof TokenOutcome.Accepted accepted)) {
            throw new AssertionError(outcome);
        }
        AccessDecision access = rule.security().authorize(accepted.principal(), peer);
        if (!(access instanceof Permit)) {
            throw new AssertionError(access);
        }
        if (!rule.limits().take(table, request, accepted.principal(), peer, number * MS, decision)) {
            throw new AssertionError(decision.rule());
        }
        written += rule.limits().writeFields(decision, fields, 0);
        if (!(rule.offload().decideAtHead(request) instanceof OffloadDecision.Pass)) {
            throw new AssertionError("deferred");
        }
        written += rule.backends().pick(number * 0x9e3779b97f4a7c15L).weight();
    }

    private static long allocatedBytes(Runnable work) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        work.run();
        return THREADS.getCurrentThreadAllocatedBytes() - before;
    }

    @Test
    void acceptedRequestOfAKnownCallerCreatesNothing() {
        for (int i = 0; i < WARM_UP; i++) {
            serve(i);
        }
        long bytes = allocatedBytes(() -> {
            for (int i = WARM_UP; i < WARM_UP + MEASURED; i++) {
                serve(i);
            }
        });
        assertThat(written).isPositive();
        // The measuring call itself may leave a few hundred bytes, once.
        assertThat(bytes).as("bytes for %d requests", MEASURED).isLessThan(MEASURED / 20);
    }

    @Test
    void meterSeesASingleSmallObjectPerRequest() {
        Object[] kept = new Object[MEASURED];
        long bytes = allocatedBytes(() -> {
            for (int i = 0; i < MEASURED; i++) {
                kept[i] = new Object();
            }
        });
        assertThat(kept).doesNotContainNull();
        assertThat(bytes).isGreaterThanOrEqualTo(8L * MEASURED);
    }
}
