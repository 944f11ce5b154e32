package io.forebay.policy.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.policy.HeaderName;
import io.forebay.policy.Refusal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What bodies are told, and that no body makes this long.
class QueueSchemasTest {
    private static final QueueSchemas REPORTS = schemas("""
            {"type": "object", "required": ["of"], "additionalProperties": false, "properties": {
              "of": {"type": "string", "pattern": "^[a-z]+$"},
              "a/b c": {"type": "number", "multipleOf": 0.01},
              "items": {"type": "array", "uniqueItems": true, "items": {"$ref": "#/$defs/item"}}},
             "$defs": {"item": {"type": ["object", "string"], "required": ["price"],
               "properties": {"price": {"minimum": 0}}}}}""");

    private static QueueSchemas schemas(String... versions) {
        List<QueueSchemas.Version> read = new java.util.ArrayList<>();
        for (String version : versions) {
            SchemaFile.Reading reading = SchemaFile.read(version);
            assertThat(reading.faults()).isEmpty();
            read.add(new QueueSchemas.Version(
                    Integer.toString(read.size() + 1), Objects.requireNonNull(reading.schema())));
        }
        return new QueueSchemas(HeaderName.of("x-version"), read);
    }

    private static @Nullable Refusal refusal(QueueSchemas schemas, String body) {
        return schemas.refusal(null, "application/json", body.getBytes(StandardCharsets.UTF_8));
    }

    private static List<Violation> violations(QueueSchemas schemas, String body) {
        Refusal refusal = refusal(schemas, body);
        assertThat(refusal)
                .as(body.substring(0, Math.min(100, body.length())))
                .isInstanceOf(Refusal.BodyNotValid.class);
        return refusal instanceof Refusal.BodyNotValid(var violations) ? violations : List.of();
    }

    @Test
    void theValueAndTheKeywordArePointedAt() {
        assertThat(violations(
                        REPORTS, "{\"of\": \"x\", \"items\": [{\"price\": 1}, {\"price\": -1}], \"a/b c\": 0.005}"))
                .extracting(Violation::pointer, Violation::schemaPointer)
                .containsExactlyInAnyOrder(
                        org.assertj.core.groups.Tuple.tuple("#/items/1/price", "#/$defs/item/properties/price/minimum"),
                        org.assertj.core.groups.Tuple.tuple("#/a~1b%20c", "#/properties/a~1b%20c/multipleOf"));
        assertThat(violations(REPORTS, "{}"))
                .singleElement()
                .satisfies(violation -> assertThat(violation.detail()).contains("'of'"));
    }

    @Test
    void whatIsValidIsTaken() {
        assertThat(refusal(REPORTS, " {\"of\": \"x\", \"items\": [{\"price\": 0.5}, \"s\"], \"a/b c\": 19.99} "))
                .isNull();
        assertThat(REPORTS.briefly(null, "application/json", "{\"of\":\"x\"}".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(QueueSchemas.Outcome.Valid.class);
    }

    @Test
    void whatIsNotUtf8IsNotValid() {
        for (byte[] body : List.of(
                "{\"of\":\"x\"}".getBytes(StandardCharsets.UTF_16LE),
                new byte[] {'{', '"', 'o', 'f', '"', ':', '"', (byte) 0xc0, (byte) 0xa2, '"', '}'})) {
            assertThat(REPORTS.refusal(null, "application/json", body)).isInstanceOf(Refusal.BodyNotValid.class);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", " ", "{\"of\":", "{\"of\":\"x\"} {}", "{\"of\":\"x\",\"of\":\"x\"}", "{\"of\":'x'}", "NaN"})
    void whatIsNotJsonIsNotValid(String body) {
        assertThat(violations(REPORTS, body)).singleElement().satisfies(violation -> {
            assertThat(violation.pointer()).isEqualTo("#");
            assertThat(violation.detail()).startsWith("the body is ");
        });
    }

    @Test
    void versionsAreTakenByTheirNames() {
        QueueSchemas two = schemas("{\"type\": \"string\"}", "{\"type\": \"number\"}");
        byte[] text = "\"a\"".getBytes(StandardCharsets.UTF_8);
        assertThat(two.refusal("1", "application/json", text)).isNull();
        assertThat(two.refusal("2", "application/json", text)).isInstanceOf(Refusal.BodyNotValid.class);
        assertThat(two.refusal(null, "application/json", text)).as("the last").isInstanceOf(Refusal.BodyNotValid.class);
        assertThat(two.refusal("3", "application/json", text))
                .isEqualTo(new Refusal.SchemaVersionUnknown(List.of("1", "2")));
        assertThat(two.refusal("1, 2", "application/json", text)).isInstanceOf(Refusal.SchemaVersionUnknown.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/json",
                "Application/JSON; charset=utf-8",
                "application/vnd.shop+json",
                "a/b+json;x=y"
            })
    void typesOfJson(String type) {
        assertThat(QueueSchemas.isJson(type)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "text/plain",
                "application/jsonl",
                "+json",
                "application/json, text/plain",
                "text/x, a/b+json"
            })
    void otherTypes(String type) {
        assertThat(REPORTS.refusal(null, type, new byte[0])).isInstanceOf(Refusal.MediaTypeNotSupported.class);
    }

    @Test
    void nothingLongIsEchoed() {
        String many = "{\"of\":\"x\",\"items\":[" + "{\"price\":-1},".repeat(1_000) + "\"" + "y".repeat(5_000)
                + "\"],\"" + "k".repeat(5_000) + "\":1}";
        List<Violation> violations = violations(REPORTS, many);
        assertThat(violations).hasSize(20);
        assertThat(violations(REPORTS, "{\"of\":\"x\",\"" + "k".repeat(5_000) + "\":1}"))
                .allSatisfy(violation -> {
                    assertThat(violation.detail()).hasSizeLessThanOrEqualTo(200);
                    assertThat(violation.pointer()).hasSizeLessThanOrEqualTo(256);
                });
    }

    /// An alternative may fail as often as it likes while another fits.
    @Test
    void failuresOfAlternativesAreNotCounted() {
        QueueSchemas either =
                schemas("{\"anyOf\": [{\"items\": {\"type\": \"string\"}}, {\"items\": {\"type\": \"number\"}}]}");
        assertThat(refusal(either, "[" + "1,".repeat(100) + "1]")).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e999999999", "-1E-999999999", "[1e100000]"})
    void numbersOfAbsurdSizeAreNotCalculatedWith(String number) {
        QueueSchemas numbers = schemas("{\"multipleOf\": 0.3}");
        assertThat(violations(numbers, number))
                .singleElement()
                .satisfies(violation -> assertThat(violation.detail()).contains("beyond what is read"));
    }

    @Test
    void depthAndNumberOfValuesAreBounded() {
        QueueSchemas any = schemas("true");
        assertThat(refusal(any, "[".repeat(100) + "]".repeat(100))).isNull();
        assertThat(violations(any, "[".repeat(101) + "]".repeat(101)).getFirst().detail())
                .contains("beyond what is read");
        assertThat(violations(any, "[" + "1,".repeat(200_000) + "1]").getFirst().detail())
                .contains("beyond what is read");
    }

    /// Each level is tried by both alternatives, each of which tries the next by both.
    @Test
    void aBodyThatDoublesTheWorkWithEachLevelIsGivenUp() {
        String either = "{\"properties\": {\"a\": {\"$ref\": \"#\"}}, \"required\": [\"x\"]}";
        QueueSchemas doubling = schemas("{\"anyOf\": [" + either + "," + either + "]}");
        String body = "{\"a\":".repeat(40) + "1" + "}".repeat(40);
        assertThat(doubling.briefly(null, "application/json", body.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(QueueSchemas.Outcome.Unfinished.class);
        long beganNs = System.nanoTime();
        assertThat(violations(doubling, body).getFirst().detail()).contains("steps to validate");
        assertThat(Duration.ofNanos(System.nanoTime() - beganNs)).isLessThan(Duration.ofSeconds(60));
    }

    /// Against the backtracking of other engines, the pattern would take longer than the universe is old.
    @Test
    void patternsTakeLinearTime() {
        QueueSchemas nested = schemas("{\"pattern\": \"^(a+)+$\"}");
        assertThat(violations(nested, "\"" + "a".repeat(100_000) + "!\"")).hasSize(1);
    }

    /// 20,000 strings that all have the same hash.
    @Test
    void equalHashesDoNotMakeUniqueItemsSlow() {
        QueueSchemas unique = schemas("{\"uniqueItems\": true}");
        StringBuilder body = new StringBuilder("[");
        for (int i = 0; i < 20_000; i++) {
            body.append(i == 0 ? "\"" : ",\"");
            for (int bit = 0; bit < 15; bit++) {
                body.append((i >> bit & 1) == 0 ? "Aa" : "BB");
            }
            body.append('"');
        }
        String distinct = body + "]";
        long beganNs = System.nanoTime();
        assertThat(refusal(unique, distinct)).isNull();
        assertThat(Duration.ofNanos(System.nanoTime() - beganNs)).isLessThan(Duration.ofSeconds(3));
        assertThat(violations(unique, body + ",\"" + "Aa".repeat(15) + "\"]")).hasSize(1);
        assertThat(violations(unique, "[{\"a\":1,\"b\":[2]},{\"b\":[2.0],\"a\":1.0}]"))
                .hasSize(1);
        assertThat(refusal(unique, "[1, true, \"1\", [1], {\"a\":1}, {\"b\":1}, null, false, 1.5]"))
                .isNull();
    }
}
