package io.forebay.gateway.offload;

import static io.forebay.gateway.offload.JobFixture.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.forebay.gateway.tls.LeakWatch;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A queue whose jobs' bodies must be valid by one of two versions of a schema.
@ExtendWith(LeakWatch.class)
class BodySchemaComponentTest {
    private static final String QUEUE = """
            {schema: {versionHeader: forebay-schema-version, versions: [\
            {name: "1", file: ../schemas/order.1.json}, {name: "2", file: ../schemas/order.2.json}]}}""";
    private static final String VALID = "{\"items\": [{\"price\": 1}]}";
    private static final String NOT_VALID = "{\"items\": [{\"price\": 1}, {\"price\": -1}]}";
    private static final String JSON = "application/json";

    private JobFixture fixture;

    @BeforeEach
    void start(@TempDir Path folder) throws Exception {
        Files.createDirectories(folder.resolve("schemas"));
        String first = """
                {"type": "object", "required": ["items"], "additionalProperties": false, "properties": {
                  "items": {"type": "array", "items": {"type": "object", "properties": {"price": {"minimum": 0}}}}}}""";
        Files.writeString(folder.resolve("schemas/order.1.json"), first);
        // What is under `deep` is tried twice at each level.
        Files.writeString(folder.resolve("schemas/order.2.json"), """
                {"type": "object", "additionalProperties": false, "properties": {
                  "items": {"type": "array", "items": {"type": "object", "properties": {"price": {"minimum": 0}}}},
                  "note": {"type": "string"}, "deep": {"$ref": "#/$defs/deep"}},
                 "$defs": {"deep": {"anyOf": [{"$ref": "#/$defs/one"}, {"$ref": "#/$defs/one"}]},
                   "one": {"properties": {"a": {"$ref": "#/$defs/deep"}}, "required": ["x"]}}}""");
        fixture = JobFixture.start(folder, QUEUE);
    }

    @AfterEach
    void stop() throws IOException {
        fixture.close();
    }

    @Test
    void eachItemOfABatchIsValidated() {
        String longer = "{\"items\": [" + "{\"price\": 1}, ".repeat(2_000) + "{\"price\": 1}]}";
        String lines = "{\"body\": " + VALID + "}\n{\"body\": " + longer + "}\n{\"body\": " + NOT_VALID + "}\n"
                + "{\"text\": \"no JSON\"}\n{\"body\": " + VALID + "}\n";
        HttpResponse<byte[]> each = post("/many", lines, "forebay-batch", "each");
        assertThat(text(each).lines())
                .hasSize(5)
                .satisfiesExactly(
                        first -> assertThat(first).contains("\"status\":202"),
                        second -> assertThat(second).contains("\"status\":202"),
                        third -> assertThat(third).contains("\"status\":422", "body-not-valid", "#/items/1/price"),
                        fourth -> assertThat(fourth).contains("\"status\":415"),
                        fifth -> assertThat(fifth).contains("\"item\":4", "\"status\":202"));
        HttpResponse<byte[]> atomic = post("/many", lines, "forebay-batch", "atomic");
        assertThat(atomic.statusCode()).isEqualTo(422);
        assertThat(text(atomic)).contains("item 2", "#/items/1/price");
        String valid = ("{\"body\": " + longer + "}\n{\"body\": " + VALID + "}\n").repeat(20);
        HttpResponse<byte[]> accepted = post("/many", valid, "forebay-batch", "atomic");
        assertThat(accepted.statusCode()).as(text(accepted)).isEqualTo(202);
        assertThat(text(accepted)).contains("\"item\":39");
    }

    private HttpResponse<byte[]> post(String path, String body, String... fields) {
        return fixture.send("POST", path, fixture.amina, body, fields);
    }

    private HttpResponse<byte[]> json(String path, String body) {
        return post(path, body, "content-type", JSON);
    }

    private static void assertRefused(HttpResponse<byte[]> response, int status, String reason) {
        assertThat(response.statusCode()).as(text(response)).isEqualTo(status);
        assertThat(response.headers().firstValue("content-type")).contains("application/problem+json");
        assertThat(text(response)).contains("\"reason\":\"" + reason + "\"");
    }

    @Test
    void whatIsValidIsAJobAndWhatIsNotIsPointedAt() {
        assertThat(json("/always", VALID).statusCode()).isEqualTo(202);
        HttpResponse<byte[]> refused = json("/always", NOT_VALID);
        assertRefused(refused, 422, "body-not-valid");
        JsonNode problem = JsonMapper.shared().readTree(refused.body());
        assertThat(problem.get("type").stringValue()).endsWith("/problems/body-not-valid");
        assertThat(problem.get("errors")).hasSize(1);
        JsonNode error = problem.get("errors").get(0);
        assertThat(error.get("pointer").stringValue()).isEqualTo("#/items/1/price");
        assertThat(error.get("schemaPointer").stringValue())
                .isEqualTo("#/properties/items/items/properties/price/minimum");
        assertThat(error.get("detail").stringValue()).contains("minimum value of 0");
        assertRefused(json("/always", "{\"items\": "), 422, "body-not-valid");
        await().untilAsserted(() -> assertThat(fixture.upstream.calls).hasSize(1));
    }

    @Test
    void theTypeAndTheVersionMustBeKnown() {
        assertRefused(post("/always", VALID), 415, "media-type-not-supported");
        assertRefused(post("/always", VALID, "content-type", "text/plain"), 415, "media-type-not-supported");
        HttpResponse<byte[]> unknown = post("/always", VALID, "content-type", JSON, "forebay-schema-version", "3");
        assertRefused(unknown, 422, "schema-version-unknown");
        assertThat(JsonMapper.shared().readTree(unknown.body()).get("accepted").toString())
                .isEqualTo("[\"1\",\"2\"]");
        String later = "{\"note\": \"x\"}";
        assertThat(post("/always", later, "content-type", "application/vnd.shop+json")
                        .statusCode())
                .isEqualTo(202);
        assertRefused(
                post("/always", later, "content-type", JSON, "forebay-schema-version", "1"), 422, "body-not-valid");
    }

    @Test
    void theVersionGoesOnToWhoWorksTheJobOffAsItWasSent() throws Exception {
        assertThat(post("/always", VALID, "content-type", JSON, "Forebay-Schema-Version", "1", "forebay-x", "y")
                        .statusCode())
                .isEqualTo(202);
        TestUpstream.Call first = fixture.upstream.awaitCall();
        assertThat(first.field("forebay-schema-version")).isEqualTo("1");
        assertThat(first.field("forebay-x")).isNull();
        assertThat(json("/always", VALID).statusCode()).isEqualTo(202);
        assertThat(fixture.upstream.awaitCall().field("forebay-schema-version")).isNull();
    }

    @Test
    void everyWayToAJobAtSubmitIsLookedAt() throws IOException {
        assertRefused(
                post("/prefers", NOT_VALID, "content-type", JSON, "prefer", "respond-async"), 422, "body-not-valid");
        assertRefused(
                post("/keyed", NOT_VALID, "content-type", JSON, "idempotency-key", "\"a\""), 422, "body-not-valid");
        assertRefused(json("/large", "{\"no\": \"" + "x".repeat(2_000) + "\"}"), 422, "body-not-valid");
        fixture.upstream.close();
        assertRefused(json("/overloaded", NOT_VALID), 422, "body-not-valid");
        assertThat(json("/overloaded", VALID).statusCode()).isEqualTo(202);
    }

    @Test
    void callsAreNot() {
        assertThat(json("/prefers", NOT_VALID).statusCode())
                .as("nobody prefers a job")
                .isEqualTo(200);
        assertThat(json("/large", NOT_VALID).statusCode()).as("short enough").isEqualTo(200);
        assertThat(post("/pays", NOT_VALID, "idempotency-key", "\"a\"").statusCode())
                .as("a call under a key")
                .isEqualTo(200);
        fixture.upstream.answering(call -> {
            Thread.sleep(600);
            call.answer(200, "", "slow");
        });
        assertThat(post("/slow", NOT_VALID).statusCode()).as("handed over").isEqualTo(202);
    }

    @Test
    void longBodiesAreValidatedElsewhereAndTooLongOnesNotAtAll() {
        String items = "{\"price\": 1},".repeat(5_000);
        HttpResponse<byte[]> accepted = json("/always", "{\"items\": [" + items + "{}]}");
        assertThat(accepted.statusCode()).as(text(accepted)).isEqualTo(202);
        assertThat(Thread.getAllStackTraces().keySet())
                .anySatisfy(thread -> assertThat(thread.getName()).startsWith("schema-"));
        HttpResponse<byte[]> refused = json("/always", "{\"items\": [" + items + "{\"price\": -1}]}");
        assertRefused(refused, 422, "body-not-valid");
        assertThat(text(refused)).contains("\"pointer\":\"#/items/5000/price\"");
        assertRefused(json("/always", "\"" + "x".repeat(1 << 20) + "\""), 413, "body-too-large");
    }

    @Test
    void tooManyThatTakeLongAreToldToComeBack() {
        String slow = "{\"deep\": " + "{\"a\":".repeat(60) + "1" + "}".repeat(60) + "}";
        URI uri = URI.create("http://127.0.0.1:" + fixture.gateway.port() + "/always");
        AtomicInteger busy = new AtomicInteger();
        try (HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            for (int i = 0; i < 90; i++) {
                client.sendAsync(
                                HttpRequest.newBuilder(uri)
                                        .header("authorization", "Bearer " + fixture.amina)
                                        .header("content-type", JSON)
                                        .POST(HttpRequest.BodyPublishers.ofString(slow))
                                        .build(),
                                HttpResponse.BodyHandlers.ofByteArray())
                        .thenAccept(response -> {
                            if (response.statusCode() == 503) {
                                assertRefused(response, 503, "validation-busy");
                                assertThat(response.headers().firstValue("retry-after"))
                                        .contains("1");
                                busy.incrementAndGet();
                            }
                        });
            }
            await().atMost(java.time.Duration.ofSeconds(20)).until(() -> busy.get() >= 10);
            assertThat(post("/always", VALID, "content-type", JSON).statusCode())
                    .as("short ones do not wait")
                    .isEqualTo(202);
            client.shutdownNow();
        }
    }
}
