package io.forebay.policy.document;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class FaultInjectionRulesTest {
    private static final String FAULTS =
            "targetRefs: [{group: gateway.networking.k8s.io, kind: HTTPRoute, name: r}], faultInjection: {";

    static List<RuleCase> all() {
        return RuleCase.all(
                FAULTS + "}",
                "spec.faultInjection: no fault is named; expected delay, abort, or both",
                FAULTS + "delay: {}}",
                "spec.faultInjection.delay: the field fixedDelay is missing",
                FAULTS + "delay: {fixedDelay: 0s}}",
                "spec.faultInjection.delay.fixedDelay: found \"0s\"; expected 1ms to 1h",
                FAULTS + "delay: {fixedDelay: 61m}}",
                "spec.faultInjection.delay.fixedDelay: found \"61m\"",
                FAULTS + "delay: {fixedDelay: 1s, percentage: 100.5}}",
                "spec.faultInjection.delay.percentage: found the number 100.5; expected a number from 0 to 100",
                FAULTS + "delay: {fixedDelay: 1s, percentage: -1}}",
                "spec.faultInjection.delay.percentage: found the number -1",
                FAULTS + "delay: {fixedDelay: 1s, percentage: half}}",
                "spec.faultInjection.delay.percentage: found \"half\"; expected a number such as 5 or 0.5",
                FAULTS + "abort: {percentage: 5}}",
                "spec.faultInjection.abort: nothing is answered; expected exactly one of httpStatus, grpcStatus",
                FAULTS + "abort: {httpStatus: 503, grpcStatus: 14}}",
                "spec.faultInjection.abort: httpStatus and grpcStatus exclude each other",
                FAULTS + "abort: {httpStatus: 600}}",
                "spec.faultInjection.abort.httpStatus: found the number 600",
                FAULTS + "abort: {grpcStatus: 17}}",
                "spec.faultInjection.abort.grpcStatus: found the number 17",
                FAULTS + "abort: {httpStatus: 503, percentage: 101}}",
                "spec.faultInjection.abort.percentage: found the number 101");
    }

    @ParameterizedTest
    @MethodSource("all")
    void faultIsFound(RuleCase rule) {
        rule.verify("forebay.io/v1alpha1", "BackendTrafficPolicy");
    }

    @Test
    void everyRowHasACase() {
        assertThat(RuleCase.rowsWithoutCase(FaultInjectionRules.TABLE, all())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "delay: {fixedDelay: 1h}",
                "delay: {fixedDelay: 1ms, percentage: 0.125}, abort: {httpStatus: 200, percentage: 100}",
                "abort: {grpcStatus: 16, percentage: 0}",
            })
    void wholeFaultIsTaken(String faults) {
        assertThat(Parsing.printed("apiVersion: forebay.io/v1alpha1\nkind: BackendTrafficPolicy\nmetadata: {name: x}\n"
                        + "spec: {" + FAULTS + faults + "}}\n"))
                .isEmpty();
    }
}
