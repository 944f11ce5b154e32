package io.forebay.policy.document;

import static io.forebay.policy.document.Parsing.printed;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DocumentParserTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[1]|1:1: error: found a list; expected an object with apiVersion, kind, metadata",
                "{kind: Queue}|1:1: error: the field apiVersion is missing or no string",
                "{apiVersion: v1}|1:1: error: the field kind is missing or no string",
                "{apiVersion: forebay.io/v1alpha1, kind: Qeue}|1:41: error: kind: unknown kind \"Qeue\"; did you mean \"Queue\"?",
                "{apiVersion: forebay.io/v1alpha1, kind: Topic}|1:41: error: kind: the kind Topic is not supported yet",
                "{apiVersion: gateway.networking.k8s.io/v1, kind: UDPRoute}|1:50: error: kind: the kind UDPRoute is not supported yet",
                "{apiVersion: gateway.networking.k8s.io/v1beta1, kind: HTTPRoute}|1:14: error: apiVersion: found \"gateway.networking.k8s.io/v1beta1\"; expected gateway.networking.k8s.io/v1",
                "{apiVersion: v1, kind: Backend}|1:14: error: apiVersion: no kind Backend in this group; expected forebay.io/v1alpha1",
                "{apiVersion: forebay.io/v1alpha1, kind: Queue}|1:1: error: metadata: a Queue without metadata; expected metadata: {name: ...}",
                "{apiVersion: forebay.io/v1alpha1, kind: Queue, metadata: {}}|1:58: error: metadata: the name is missing or no string"
            })
    void whatCannotBeNamedIsAFaultOfTheFile(String yaml, String expected) {
        assertThat(printed(yaml)).containsExactly("p.yaml:" + expected);
        assertThat(Parsing.parse(yaml).isComplete()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "metadata: {name: Q}, spec: {}|metadata.name: found \"Q\"; expected a DNS name in lower case such as shop or shop.example",
                "metadata: {name: q, namespace: a.b}, spec: {}|metadata.namespace: found \"a.b\"; expected a DNS label in lower case such as shop",
                "metadata: {name: q, lables: {}}, spec: {}|metadata.lables: unknown field \"lables\"; did you mean \"labels\"?",
                "metadata: {name: q, uid: x}, spec: {}|metadata.uid: this field is not supported yet",
                "metadata: {name: q, creationTimestamp: monday}, spec: {}|metadata.creationTimestamp: found \"monday\"; expected a time such as 2026-01-31T12:00:00Z (RFC 3339)",
                "metadata: {name: q, annotations: {a: 1}}, spec: {}|metadata.annotations.a: found the number 1; expected a string; write \"1\" in quotes",
                "metadata: {name: q}|the field spec is missing",
                "metadata: {name: q}, spec: []|spec: found a list; expected a mapping",
                "metadata: {name: q}, spec: {}, data: {}|data: unknown field \"data\"; expected apiVersion, kind, metadata, spec",
                "metadata: {name: q}, spec: {concurrency: 1, concurrency: 2}|the key \"concurrency\" stands twice; expected one entry; the first is on line 1",
                "metadata: {name: q}, spec: {concurrency: '8'}|spec.concurrency: found \"8\"; expected a whole number",
                "metadata: {name: q}, spec: {concurrency: 0x10}|spec.concurrency: found the number 0x10; expected a decimal whole number of at most 2147483647",
                "metadata: {name: q}, spec: {concurrency: }|spec.concurrency: found nothing; expected a whole number",
                "metadata: {name: q}, spec: {attemptTimeout: 10}|spec.attemptTimeout: found the number 10; expected a duration such as 500ms, 2s or 1h30m (GEP-2257)"
            })
    void whatIsWrongInAnObjectIsItsOwnFault(String rest, String expected) {
        ParsedFile parsed = Parsing.parse("{apiVersion: forebay.io/v1alpha1, kind: Queue, " + rest + "}");

        assertThat(parsed.diagnostics()).extracting(Diagnostic::text).containsExactly(expected);
        assertThat(parsed.faulty()).hasSize(1);
        assertThat(parsed.isComplete()).isTrue();
    }

    @Test
    void aStatusInAFileIsWarnedOfAndNotRead() {
        ParsedFile parsed = Parsing.parse(
                "{apiVersion: forebay.io/v1alpha1, kind: Queue, metadata: {name: q}, spec: {}, status: {x: 1}}");

        assertThat(parsed.documents()).hasSize(1);
        assertThat(parsed.diagnostics())
                .singleElement()
                .satisfies(warning -> assertThat(warning.isError()).isFalse());
    }

    @Test
    void allFaultsOfAnObjectAreFoundInOnePass() {
        assertThat(printed("""
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: {name: r}
                spec:
                  parentRef: [{name: g}]
                  rules:
                  - nmae: x
                    matches: [{path: {value: menu}}]
                    backendRefs: {name: a}
                """))
                .containsExactly(
                        "p.yaml:5:3: error: HTTPRoute default/r: spec.parentRef: unknown field \"parentRef\"; did you mean \"parentRefs\"?",
                        "p.yaml:5:3: error: HTTPRoute default/r: spec: the field parentRefs is missing",
                        "p.yaml:7:5: error: HTTPRoute default/r: spec.rules[0].nmae: unknown field \"nmae\"; did you mean \"name\"?",
                        "p.yaml:8:30: error: HTTPRoute default/r: spec.rules[0].matches[0].path.value: the path does not start with /",
                        "p.yaml:9:18: error: HTTPRoute default/r: spec.rules[0].backendRefs: found a mapping; expected a list");
    }
}
