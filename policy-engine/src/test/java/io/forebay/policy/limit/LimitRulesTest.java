package io.forebay.policy.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forebay.policy.Claims;
import io.forebay.policy.ClientCertificate;
import io.forebay.policy.HeaderName;
import io.forebay.policy.PeerIdentity;
import io.forebay.policy.PolicyMode;
import io.forebay.policy.Principal;
import io.forebay.policy.TenantRule;
import io.forebay.policy.TestRequest;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LimitRulesTest {

    private static final long SECOND = 1_000_000_000L;
    private static final long MINUTE = 60 * SECOND;
    private static final PeerIdentity PEER = new PeerIdentity("192.0.2.1", null);
    private static final TestRequest REQUEST = TestRequest.get("h", "/");

    private final LimitTable table = new LimitTable(1000, 7);
    private final LimitDecision decision = new LimitDecision();

    private static LimitRule rule(String name, LimitKey key, long requests, long unitNs, long burst) {
        return new LimitRule("default/limits/" + name, name, key, requests, unitNs, burst, PolicyMode.ENFORCE);
    }

    private static LimitRules perMinute(LimitKey key, long requests, long burst) {
        return LimitRules.of(List.of(rule("per-user", key, requests, MINUTE, burst)));
    }

    private static Principal user(String subject) {
        Claims claims = new Claims(Map.of("sub", List.of(subject)));
        return Principal.ofToken("idp", "iss", subject, claims, null, new TenantRule.OfPrincipal(), List.of());
    }

    private boolean take(LimitRules rules, Principal principal, long nowNs) {
        return rules.take(table, REQUEST, principal, PEER, nowNs, decision);
    }

    private String fields(LimitRules rules) {
        byte[] target = new byte[rules.fieldBytesMax()];
        int end = rules.writeFields(decision, target, 0);
        return new String(Arrays.copyOf(target, end), StandardCharsets.US_ASCII);
    }

    @Test
    void burstPassesAtOnceAndThenTheRateRules() {
        LimitRules rules = perMinute(new LimitKey.ByClaim("sub"), 60, 3);
        Principal alice = user("alice");
        for (int left = 2; left >= 0; left--) {
            assertThat(take(rules, alice, 0)).isTrue();
            assertThat(decision.remaining()).isEqualTo(left);
        }
        assertThat(decision.fullSeconds()).isEqualTo(3);
        assertThat(take(rules, alice, 0)).isFalse();
        assertThat(decision.retryAfterSeconds()).isEqualTo(1);
        assertThat(decision.remaining()).isZero();
        assertThat(take(rules, alice, SECOND - 1)).isFalse();
        assertThat(take(rules, alice, SECOND)).isTrue();
        assertThat(take(rules, alice, SECOND)).isFalse();
    }

    @Test
    void callersOfOneTenantAreCountedTogether() {
        LimitRules rules = perMinute(new LimitKey.ByTenant(), 60, 1);
        assertThat(take(rules, ofTenant("alice", "acme"), 0)).isTrue();
        assertThat(take(rules, ofTenant("bob", "acme"), 0)).isFalse();
        assertThat(take(rules, ofTenant("carol", "other"), 0)).isTrue();
    }

    private static Principal ofTenant(String subject, String tenant) {
        Claims claims = new Claims(Map.of("sub", List.of(subject), "org", List.of(tenant)));
        return Principal.ofToken("idp", "iss", subject, claims, null, new TenantRule.OfClaim("org"), List.of());
    }

    @Test
    void refusedRequestsCostNothing() {
        LimitRules rules = perMinute(new LimitKey.Everyone(), 60, 1);
        assertThat(take(rules, user("a"), 0)).isTrue();
        for (int i = 0; i < 100; i++) {
            assertThat(take(rules, user("a"), i)).isFalse();
        }
        assertThat(take(rules, user("a"), SECOND)).isTrue();
    }

    @Test
    void fieldsShowThePolicyAndWhatIsLeft() {
        LimitRules rules = perMinute(new LimitKey.ByClaim("sub"), 100, 20);
        take(rules, user("alice"), 5);
        assertThat(fields(rules))
                .isEqualTo("RateLimit-Policy: \"per-user\";q=100;w=60\r\nRateLimit: \"per-user\";r=19;t=1\r\n");
    }

    @Test
    void fieldsListEveryPolicyAndTheTightestLimit() {
        LimitRules rules = LimitRules.of(List.of(
                rule("hourly", new LimitKey.Everyone(), 1000, 60 * MINUTE, 1000),
                rule("say \"hi\"", new LimitKey.Everyone(), 10, SECOND, 10)));
        take(rules, user("alice"), 0);
        assertThat(fields(rules))
                .isEqualTo(String.join(
                        "\r\n",
                        "RateLimit-Policy: \"hourly\";q=1000;w=3600, \"say \\\"hi\\\"\";q=10;w=1",
                        "RateLimit: \"say \\\"hi\\\"\";r=9;t=1",
                        ""));
        assertThat(fields(rules).length()).isLessThanOrEqualTo(rules.fieldBytesMax());
    }

    @Test
    void noLimitWritesNoFields() {
        assertThat(take(LimitRules.NONE, user("a"), 0)).isTrue();
        assertThat(fields(LimitRules.NONE)).isEmpty();
        assertThat(decision.rule()).isNull();
    }

    @Test
    void everyKeyKindSeparatesItsCallers() {
        HeaderName key = HeaderName.of("x-key");
        PeerIdentity cook = new PeerIdentity("192.0.2.1", new ClientCertificate(null, List.of("cook"), "", ""));
        PeerIdentity chef = new PeerIdentity("192.0.2.1", new ClientCertificate(null, List.of("chef"), "", ""));
        PeerIdentity away = new PeerIdentity("192.0.2.2", null);
        TestRequest one = TestRequest.get("h", "/").with("x-key", "one");
        TestRequest two = TestRequest.get("h", "/").with("x-key", "two");
        LimitRules byHeader = perMinute(new LimitKey.ByHeader(key), 1, 1);
        assertThat(byHeader.take(table, one, user("a"), PEER, 0, decision)).isTrue();
        assertThat(byHeader.take(table, one, user("a"), PEER, 0, decision)).isFalse();
        assertThat(byHeader.take(table, two, user("a"), PEER, 0, decision)).isTrue();
        assertThat(byHeader.take(table, REQUEST, user("a"), PEER, 0, decision)).isTrue();
        assertThat(byHeader.take(table, REQUEST, user("b"), PEER, 0, decision)).isFalse();
        LimitRules byAddress = LimitRules.of(List.of(rule("ip", new LimitKey.ByAddress(), 1, MINUTE, 1)));
        assertThat(byAddress.take(table, one, user("a"), PEER, 0, decision)).isTrue();
        assertThat(byAddress.take(table, one, user("a"), away, 0, decision)).isTrue();
        assertThat(byAddress.take(table, one, user("a"), away, 0, decision)).isFalse();
        LimitRules byCertificate = LimitRules.of(List.of(rule("cert", new LimitKey.ByCertificate(), 1, MINUTE, 1)));
        assertThat(byCertificate.take(table, one, user("a"), cook, 0, decision)).isTrue();
        assertThat(byCertificate.take(table, one, user("a"), chef, 0, decision)).isTrue();
        assertThat(byCertificate.take(table, one, user("a"), cook, 0, decision)).isFalse();
    }

    @Test
    void compositeKeyCountsEachCombination() {
        LimitKey both = new LimitKey.ByAll(List.of(new LimitKey.ByClaim("sub"), new LimitKey.ByAddress()));
        LimitRules rules = perMinute(both, 1, 1);
        PeerIdentity away = new PeerIdentity("192.0.2.2", null);
        assertThat(rules.take(table, REQUEST, user("a"), PEER, 0, decision)).isTrue();
        assertThat(rules.take(table, REQUEST, user("b"), PEER, 0, decision)).isTrue();
        assertThat(rules.take(table, REQUEST, user("a"), away, 0, decision)).isTrue();
        assertThat(rules.take(table, REQUEST, user("a"), PEER, 0, decision)).isFalse();
    }

    @Test
    void equalKeysOfTwoLimitsAreCountedApart() {
        LimitRules one = LimitRules.of(List.of(rule("one", new LimitKey.Everyone(), 1, MINUTE, 1)));
        LimitRules two = LimitRules.of(List.of(rule("two", new LimitKey.Everyone(), 1, MINUTE, 1)));
        assertThat(take(one, user("a"), 0)).isTrue();
        assertThat(take(two, user("a"), 0)).isTrue();
        assertThat(take(one, user("a"), 0)).isFalse();
    }

    @Test
    void requestsThatLackTheKeyOfTwoLimitsAreCountedApart() {
        LimitKey missing = new LimitKey.ByHeader(HeaderName.of("x-none"));
        LimitRules one = LimitRules.of(List.of(rule("one", missing, 1, MINUTE, 1)));
        LimitRules two = LimitRules.of(List.of(rule("two", missing, 1, MINUTE, 1)));
        assertThat(take(one, user("a"), 0)).isTrue();
        assertThat(take(two, user("a"), 0)).isTrue();
        assertThat(take(two, user("b"), 0)).isFalse();
    }

    @Test
    void counterSurvivesAReloadOfItsRule() {
        assertThat(take(perMinute(new LimitKey.Everyone(), 1, 1), user("a"), 0)).isTrue();
        assertThat(take(perMinute(new LimitKey.Everyone(), 1, 1), user("a"), 1)).isFalse();
    }

    @Test
    void loweredCapacityCapsTheDebt() {
        LimitRules wide = perMinute(new LimitKey.Everyone(), 60, 60);
        LimitRules narrow = perMinute(new LimitKey.Everyone(), 60, 5);
        for (int i = 0; i < 60; i++) {
            assertThat(take(wide, user("a"), 0)).isTrue();
        }
        assertThat(take(narrow, user("a"), 0)).isFalse();
        assertThat(decision.retryAfterSeconds()).isEqualTo(1);
        assertThat(take(narrow, user("a"), SECOND)).isTrue();
    }

    @Test
    void raisedCapacityLetsMoreThroughAtOnce() {
        LimitRules narrow = perMinute(new LimitKey.Everyone(), 60, 1);
        LimitRules wide = perMinute(new LimitKey.Everyone(), 60, 3);
        assertThat(take(narrow, user("a"), 0)).isTrue();
        assertThat(take(wide, user("a"), 0)).isTrue();
        assertThat(take(wide, user("a"), 0)).isTrue();
        assertThat(take(wide, user("a"), 0)).isFalse();
    }

    @Test
    void shadowLimitNamesItselfAndRefusesNothing() {
        LimitRule shadow =
                new LimitRule("default/limits/s", "s", new LimitKey.Everyone(), 1, MINUTE, 1, PolicyMode.SHADOW);
        LimitRule off = new LimitRule("default/limits/o", "o", new LimitKey.Everyone(), 1, MINUTE, 1, PolicyMode.OFF);
        LimitRules rules = LimitRules.of(List.of(off, shadow));
        assertThat(take(rules, user("a"), 0)).isTrue();
        assertThat(decision.shadowRefusal()).isNull();
        assertThat(take(rules, user("a"), 0)).isTrue();
        assertThat(decision.shadowRefusal()).isEqualTo(shadow);
        assertThat(fields(rules)).isEmpty();
    }

    @Test
    void fullTableCountsNewKeysTogetherAndNeverAfresh() {
        LimitTable small = new LimitTable(10, 7);
        LimitRules rules = perMinute(new LimitKey.ByClaim("sub"), 1, 2);
        int allowed = 0;
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < 100; i++) {
                allowed += rules.take(small, REQUEST, user("u" + i), PEER, round, decision) ? 1 : 0;
            }
        }
        assertThat(allowed)
                .as("ten own counters and one coarse one, two requests each")
                .isEqualTo(22);
        assertThat(small.size()).isEqualTo(11);
    }

    @Test
    void paidCountersMakeRoom() {
        LimitTable small = new LimitTable(10, 7);
        LimitRules rules = perMinute(new LimitKey.ByClaim("sub"), 60, 1);
        for (int i = 0; i < 10_000; i++) {
            assertThat(rules.take(small, REQUEST, user("u" + i), PEER, i * 2L * SECOND, decision))
                    .isTrue();
        }
        assertThat(small.size()).isLessThanOrEqualTo(11);
    }

    @Test
    void numbersThatMakeNoLimitAreRefused() {
        assertThatThrownBy(() -> rule("r", new LimitKey.Everyone(), 0, MINUTE, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("default/limits/r");
        assertThatThrownBy(() -> rule("r", new LimitKey.Everyone(), 1, 86_400 * SECOND, Long.MAX_VALUE / 4))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("more than a year");
    }
}
