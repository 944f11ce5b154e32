package io.forebay.policy.document;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ConnectionRouteRulesTest {
    private static final String LONG = "a".repeat(254);
    private static final String REF = "{group: forebay.io, kind: Backend, name: b}";
    private static final String RULES = "rules: [{backendRefs: [" + REF + "]}]";
    private static final String PARENT = "parentRefs: [{name: g}], ";

    private static String backend(String more) {
        return PARENT + "rules: [{backendRefs: [{group: forebay.io, kind: Backend, " + more + "}]}]";
    }

    static List<RuleCase> ofBoth() {
        return RuleCase.all(
                RULES,
                "spec: the field parentRefs is missing",
                "parentRefs: [], " + RULES,
                "spec.parentRefs: the list has 0 entries; expected 1 to 32",
                "parentRefs: [{sectionName: a}], " + RULES,
                "spec.parentRefs[0]: the field name is missing",
                "parentRefs: [{name: " + LONG + "}], " + RULES,
                "spec.parentRefs[0].name: the text has 254",
                "parentRefs: [{name: g, group: x}], " + RULES,
                "spec.parentRefs[0].group: found \"x\"",
                "parentRefs: [{name: g, kind: ListenerSet}], " + RULES,
                "spec.parentRefs[0].kind: ListenerSet is not supported yet",
                "parentRefs: [{name: g, namespace: a.b}], " + RULES,
                "spec.parentRefs[0].namespace: found \"a.b\"",
                "parentRefs: [{name: g, namespace: " + "a".repeat(64) + "}], " + RULES,
                "spec.parentRefs[0].namespace: the text has 64",
                "parentRefs: [{name: g, sectionName: A}], " + RULES,
                "spec.parentRefs[0].sectionName: found \"A\"",
                "parentRefs: [{name: g, sectionName: " + LONG + "}], " + RULES,
                "spec.parentRefs[0].sectionName: the text has 254",
                "parentRefs: [{name: g, port: 0}], " + RULES,
                "spec.parentRefs[0].port: found the number 0",
                "parentRefs: [{name: g}, {name: g}], " + RULES,
                "spec.parentRefs[1]: group, kind, namespace, name, sectionName, port is the same",
                PARENT + "useDefaultGateways: All, " + RULES,
                "spec.useDefaultGateways: this field is not supported yet",
                "parentRefs: [{name: g}]",
                "spec: the field rules is missing",
                PARENT + "rules: [{backendRefs: [" + REF + "]}, {backendRefs: [" + REF + "]}]",
                "spec.rules: the list has 2 entries; expected 1 to 1",
                PARENT + "rules: [{name: A, backendRefs: [" + REF + "]}]",
                "spec.rules[0].name: found \"A\"",
                PARENT + "rules: [{name: " + LONG + ", backendRefs: [" + REF + "]}]",
                "spec.rules[0].name: the text has 254",
                PARENT + "rules: [{name: a}]",
                "spec.rules[0]: the field backendRefs is missing",
                PARENT + "rules: [{backendRefs: []}]",
                "spec.rules[0].backendRefs: the list has 0 entries; expected 1 to 16",
                PARENT + "rules: [{backendRefs: [{group: forebay.io, kind: Backend}]}]",
                "spec.rules[0].backendRefs[0]: the field name is missing",
                backend("name: " + LONG),
                "spec.rules[0].backendRefs[0].name: the text has 254",
                PARENT + "rules: [{backendRefs: [{name: b}]}]",
                "spec.rules[0].backendRefs[0]: a backend of kind Service is not supported yet",
                backend("name: b, weight: -1"),
                "spec.rules[0].backendRefs[0].weight: found the number -1",
                backend("name: b, port: 0"),
                "spec.rules[0].backendRefs[0].port: found the number 0",
                backend("name: b, namespace: A"),
                "spec.rules[0].backendRefs[0].namespace: found \"A\"");
    }

    static List<RuleCase> ofTls() {
        String many = IntStream.rangeClosed(0, 1_024).mapToObj(i -> "h" + i).collect(Collectors.joining(", "));
        return RuleCase.all(
                PARENT + RULES,
                "spec: the field hostnames is missing",
                PARENT + "hostnames: [], " + RULES,
                "spec.hostnames: the list has 0 entries; expected 1 to 1024",
                PARENT + "hostnames: [" + many + "], " + RULES,
                "spec.hostnames: the list has 1025 entries",
                PARENT + "hostnames: [a.b, a.b], " + RULES,
                "spec.hostnames[1]: the value is the same",
                PARENT + "hostnames: ['10.0.0.1'], " + RULES,
                "spec.hostnames[0]: found \"10.0.0.1\"; expected a name: addresses are not in a handshake",
                PARENT + "hostnames: ['a.*.b'], " + RULES,
                "spec.hostnames[0]: found \"a.*.b\"; expected a host name",
                PARENT + "hostnames: [" + LONG + "], " + RULES,
                "spec.hostnames[0]: the text has 254");
    }

    @ParameterizedTest
    @MethodSource("ofBoth")
    void faultIsNamedInBothKinds(RuleCase rule) {
        rule.verify("gateway.networking.k8s.io/v1", "TLSRoute");
        rule.verify("gateway.networking.k8s.io/v1alpha2", "TCPRoute");
    }

    @ParameterizedTest
    @MethodSource("ofTls")
    void faultIsNamed(RuleCase rule) {
        rule.verify("gateway.networking.k8s.io/v1", "TLSRoute");
    }

    @Test
    void everyRowHasACase() {
        assertThat(RuleCase.rowsWithoutCase(ConnectionRouteRules.TCP_ROUTE, ofBoth()))
                .isEmpty();
        List<RuleCase> all = new ArrayList<>(ofBoth());
        all.addAll(ofTls());
        assertThat(RuleCase.rowsWithoutCase(ConnectionRouteRules.TLS_ROUTE, all))
                .isEmpty();
    }
}
