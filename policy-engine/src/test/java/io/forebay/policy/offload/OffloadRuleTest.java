package io.forebay.policy.offload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forebay.policy.PolicyMode;
import io.forebay.policy.TestRequest;
import io.forebay.policy.offload.OffloadCondition.Always;
import io.forebay.policy.offload.OffloadCondition.BodyLargerThan;
import io.forebay.policy.offload.OffloadCondition.ClientPrefers;
import io.forebay.policy.offload.OffloadRule.Clients;
import java.util.List;
import org.junit.jupiter.api.Test;

class OffloadRuleTest {

    private static final OffloadDecision PASS = OffloadDecision.Pass.INSTANCE;
    private static final OffloadDecision DEFER = OffloadDecision.Defer.INSTANCE;

    private static OffloadRule rule(Clients clients, OffloadCondition... conditions) {
        return new OffloadRule(
                "default/o",
                PolicyMode.ENFORCE,
                "default/q",
                clients,
                List.of(conditions),
                null,
                false,
                JobOptionRules.NONE,
                null,
                null,
                false);
    }

    private static TestRequest post(long contentLength) {
        return new TestRequest("POST", "h", "/").withContentLength(contentLength);
    }

    private static TestRequest preferring(long contentLength) {
        return post(contentLength).with("Prefer", "respond-async");
    }

    @Test
    void alwaysDefersForAnyClientButOnlyForPreferringOnesIfSaid() {
        assertThat(rule(Clients.ANY, new Always()).decideAtHead(post(0))).isEqualTo(DEFER);
        assertThat(rule(Clients.PREFERRING, new Always()).decideAtHead(post(0))).isEqualTo(PASS);
        assertThat(rule(Clients.PREFERRING, new Always()).decideAtHead(preferring(0)))
                .isEqualTo(DEFER);
    }

    @Test
    void clientPrefersDefersForRespondAsyncAlone() {
        OffloadRule rule = rule(Clients.ANY, new ClientPrefers());
        assertThat(rule.decideAtHead(post(0))).isEqualTo(PASS);
        assertThat(rule.decideAtHead(post(0).with("prefer", "wait=3"))).isEqualTo(PASS);
        assertThat(rule.decideAtHead(preferring(0))).isEqualTo(DEFER);
    }

    @Test
    void knownBodyLengthDecidesAtTheHeadAndTheThresholdItselfPasses() {
        OffloadRule rule = rule(Clients.ANY, new BodyLargerThan(100), new BodyLargerThan(500));
        assertThat(rule.decideAtHead(post(100))).isEqualTo(PASS);
        assertThat(rule.decideAtHead(post(101))).isEqualTo(DEFER);
        assertThat(rule.decideAtHead(post(0))).isEqualTo(PASS);
    }

    @Test
    void unknownBodyLengthIsCountedUpToTheSmallestThreshold() {
        OffloadRule rule = rule(Clients.ANY, new BodyLargerThan(500), new BodyLargerThan(100));
        assertThat(rule.decideAtHead(post(-1))).isEqualTo(new OffloadDecision.DeferIfBodyExceeds(100));
        assertThat(rule(Clients.PREFERRING, new BodyLargerThan(1)).decideAtHead(post(-1)))
                .isEqualTo(PASS);
    }

    @Test
    void conditionsAreAlternatives() {
        OffloadRule rule = rule(Clients.ANY, new BodyLargerThan(100), new ClientPrefers());
        assertThat(rule.decideAtHead(preferring(1))).isEqualTo(DEFER);
        assertThat(rule.decideAtHead(post(101))).isEqualTo(DEFER);
        assertThat(rule.decideAtHead(post(1))).isEqualTo(PASS);
    }

    @Test
    void overloadedHoldsForAnyClientButOnlyForPreferringOnesIfSaid() {
        OffloadCondition overloaded = new OffloadCondition.Overloaded();
        assertThat(rule(Clients.ANY, overloaded).isHeldWhenOverloaded(post(0))).isTrue();
        assertThat(rule(Clients.PREFERRING, overloaded).isHeldWhenOverloaded(post(0)))
                .isFalse();
        assertThat(rule(Clients.PREFERRING, overloaded).isHeldWhenOverloaded(preferring(0)))
                .isTrue();
        assertThat(rule(Clients.ANY, overloaded).decideAtHead(post(0))).isEqualTo(PASS);
        assertThat(rule(Clients.ANY, new Always()).isHeldWhenOverloaded(post(0)))
                .isFalse();
    }

    @Test
    void ruleWithoutConditionIsRefused() {
        assertThatThrownBy(() -> rule(Clients.ANY)).hasMessageContaining("default/o");
    }
}
