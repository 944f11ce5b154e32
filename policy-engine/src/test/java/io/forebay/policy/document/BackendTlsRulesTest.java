package io.forebay.policy.document;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BackendTlsRulesTest {
    private static final String TARGET = "targetRefs: [{group: forebay.io, kind: Backend, name: menu}]";
    private static final String SYSTEM = "hostname: menu.internal, wellKnownCACertificates: System";

    private static String validation(String fields) {
        return TARGET + ", validation: {" + fields + "}";
    }

    private static String authority(String ref) {
        return validation("hostname: a.b, caCertificateRefs: [" + ref + "]");
    }

    private static String names(String names) {
        return validation(SYSTEM + ", subjectAltNames: [" + names + "]");
    }

    static List<RuleCase> cases() {
        String authorities = "spec.validation.caCertificateRefs";
        String altName = "spec.validation.subjectAltNames[0]";
        return RuleCase.all(
                "validation: {" + SYSTEM + "}",
                "spec: the field targetRefs is missing",
                "targetRefs: []",
                "spec.targetRefs: the list has 0 entries; expected 1 to 16",
                "targetRefs: [{kind: Backend, name: menu}]",
                "spec.targetRefs[0]: the field group is missing",
                "targetRefs: [{group: forebay.io, name: menu}]",
                "spec.targetRefs[0]: the field kind is missing",
                "targetRefs: [{group: forebay.io, kind: Backend}]",
                "spec.targetRefs[0]: the field name is missing",
                "targetRefs: [{group: x, kind: Backend, name: menu}]",
                "spec.targetRefs[0].group: found \"x\"",
                "targetRefs: [{group: forebay.io, kind: Queue, name: menu}]",
                "spec.targetRefs[0].kind: found \"Queue\"",
                "targetRefs: [{group: forebay.io, kind: Backend, name: " + "a".repeat(254) + "}]",
                "spec.targetRefs[0].name: the text has 254",
                "targetRefs: [{group: forebay.io, kind: Backend, name: a, sectionName: b}]",
                "spec.targetRefs[0].sectionName: this field is not supported yet",
                TARGET + ", options: {a: b}",
                "spec.options: this field is not supported yet",
                TARGET,
                "spec: the field validation is missing",
                validation("wellKnownCACertificates: System"),
                "spec.validation: the field hostname is missing",
                validation("hostname: '*.a', wellKnownCACertificates: System"),
                "spec.validation.hostname: found \"*.a\"",
                validation("hostname: " + "a".repeat(254)),
                "spec.validation.hostname: the text has 254",
                validation("hostname: a.b"),
                "spec.validation: no authorities are given; expected exactly one of",
                validation(SYSTEM + ", caCertificateRefs: [{group: '', kind: ConfigMap, name: ca}]"),
                "spec.validation: both caCertificateRefs and wellKnownCACertificates are given",
                authority("{group: '', kind: ConfigMap, name: ca},".repeat(9)),
                authorities + ": the list has 9 entries; expected 0 to 8",
                authority("{kind: ConfigMap, name: ca}"),
                authorities + "[0]: the field group is missing",
                authority("{group: '', name: ca}"),
                authorities + "[0]: the field kind is missing",
                authority("{group: '', kind: ConfigMap}"),
                authorities + "[0]: the field name is missing",
                authority("{group: x, kind: ConfigMap, name: ca}"),
                authorities + "[0].group: found \"x\"",
                authority("{group: '', kind: Queue, name: ca}"),
                authorities + "[0].kind: found \"Queue\"",
                authority("{group: '', kind: ConfigMap, name: " + "a".repeat(254) + "}"),
                authorities + "[0].name: the text has 254",
                validation("hostname: a.b, wellKnownCACertificates: All"),
                "spec.validation.wellKnownCACertificates: found \"All\"; expected one of System",
                names("{type: Hostname, hostname: a},".repeat(6)),
                "spec.validation.subjectAltNames: the list has 6 entries; expected 0 to 5",
                names("{hostname: a}"),
                altName + ": the field type is missing",
                names("{type: Email, hostname: a}"),
                altName + ".type: found \"Email\"",
                names("{type: URI, hostname: a}"),
                altName + ": a name of type URI has the field uri and no other",
                names("{type: Hostname, hostname: a b}"),
                altName + ".hostname: found \"a b\"",
                names("{type: Hostname, hostname: " + "a".repeat(254) + "}"),
                altName + ".hostname: the text has 254",
                names("{type: URI, uri: menu}"),
                altName + ".uri: found \"menu\"; expected an absolute URI",
                names("{type: URI, uri: 'spiffe://" + "a".repeat(250) + "'}"),
                altName + ".uri: the text has 259");
    }

    @ParameterizedTest
    @MethodSource("cases")
    void faultIsFound(RuleCase rule) {
        rule.verify("gateway.networking.k8s.io/v1", "BackendTLSPolicy");
    }

    @Test
    void everyRowHasACase() {
        assertThat(RuleCase.rowsWithoutCase(BackendTlsRules.BACKEND_TLS_POLICY, cases()))
                .isEmpty();
    }
}
