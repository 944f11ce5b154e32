package io.forebay.policy.document;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SchemaFieldRulesTest {
    private static final String VERSION = "{name: '1', file: a.json}";

    static List<RuleCase> cases() {
        return RuleCase.all(
                "schema: {}",
                "spec.schema: the field versions is missing",
                "schema: {versions: []}",
                "spec.schema.versions: the list has 0 entries; expected 1 to 16",
                "schema: {versions: [" + VERSION + ", {name: '1', file: b.json}]}",
                "spec.schema.versions[1]: name is the same as on line",
                "schema: {versions: [{name: 'a b', file: a.json}]}",
                "spec.schema.versions[0].name: found \"a b\"; expected letters",
                "schema: {versions: [{name: " + "a".repeat(65) + ", file: a.json}]}",
                "spec.schema.versions[0].name: the text has 65",
                "schema: {versions: [{name: '1', file: ''}]}",
                "spec.schema.versions[0].file: the text has 0",
                "schema: {versions: [{name: '1'}]}",
                "spec.schema.versions[0]: the field file is missing",
                "schema: {compatibility: Forward, versions: [" + VERSION + "]}",
                "spec.schema.compatibility: found \"Forward\"; expected one of Backward, None",
                "schema: {versionHeader: 'a b', versions: [" + VERSION + "]}",
                "spec.schema.versionHeader: found \"a b\"",
                "schema: {versionHeader: Forebay-Priority, versions: [" + VERSION + "]}",
                "spec.schema.versionHeader: the field Forebay-Priority has another meaning",
                "schema: {versionHeader: Content-Type, versions: [" + VERSION + "]}",
                "spec.schema.versionHeader: the field Content-Type has another meaning",
                "schema: {versions: [" + VERSION + "]}, limits: {maxBody: 2Mi}",
                "spec.limits.maxBody: a queue with a schema takes no longer bodies");
    }

    @ParameterizedTest
    @MethodSource("cases")
    void faultIsFound(RuleCase rule) {
        rule.verify("forebay.io/v1alpha1", "Queue");
    }

    @Test
    void everyRowHasACase() {
        assertThat(RuleCase.rowsWithoutCase(SchemaFieldRules.TABLE, cases())).isEmpty();
    }

    @Test
    void aSchemaIsTaken() {
        assertThat(Parsing.parse("""
                apiVersion: forebay.io/v1alpha1
                kind: Queue
                metadata: {name: q}
                spec:
                  limits: {maxBody: 1Mi}
                  schema:
                    versionHeader: forebay-schema-version
                    compatibility: None
                    versions: [{name: "1", file: a.json}, {name: 2026-11, file: b.json}]
                """).diagnostics()).isEmpty();
    }
}
