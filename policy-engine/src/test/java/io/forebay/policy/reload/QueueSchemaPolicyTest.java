package io.forebay.policy.reload;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.policy.QueuePolicy;
import io.forebay.policy.Refusal;
import io.forebay.policy.document.Diagnostic;
import io.forebay.policy.schema.QueueSchemas;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// How a Queue's schema files become what the gateway asks, and what is told of those that cannot.
class QueueSchemaPolicyTest {
    private static final String QUEUE = """
            apiVersion: forebay.io/v1alpha1
            kind: Queue
            metadata: {name: orders}
            spec:
              schema:
                versionHeader: forebay-schema-version
                versions:
                - {name: "1", file: schemas/order.1.json}
                - {name: "2", file: schemas/order.2.json}
            """;
    private static final String FIRST = "{\"type\": \"object\", \"required\": [\"price\"],"
            + " \"properties\": {\"price\": {\"type\": \"integer\"}}, \"additionalProperties\": false}";
    private static final String SECOND = """
            {
              "type": "object",
              "properties": {
                "price": {"type": "number"},
                "note": {"type": "string"}
              },
              "additionalProperties": false
            }
            """;
    private static final String SCHEDULE = """
            apiVersion: forebay.io/v1alpha1
            kind: Schedule
            metadata: {name: nightly}
            spec:
              schedule: "@daily"
              targetRef: {group: gateway.networking.k8s.io, kind: HTTPRoute, name: shop, sectionName: reports}
              queue: orders
              request:
                path: /reports
                hostname: shop.example
                headers:
                - {name: Content-Type, value: application/json}
                - {name: Forebay-Schema-Version, value: "1"}
                body: '{"price": 1}'
            """;

    @TempDir
    Path directory;

    @BeforeEach
    void writeExample() throws Exception {
        ShopFolder.create(directory);
        Files.createDirectory(directory.resolve("schemas"));
        write("schemas/order.1.json", FIRST);
        write("schemas/order.2.json", SECOND);
        write("orders.yaml", QUEUE);
    }

    private void write(String file, String text) throws IOException {
        Files.writeString(directory.resolve(file), text);
    }

    private PolicyReloader booted() throws Exception {
        PolicyReloader reloader = new PolicyReloader(
                ReloadSettings.of(directory), PublishGate.OPEN, List.of(), System::currentTimeMillis);
        assertThat(reloader.boot()).isInstanceOf(BootResult.Ready.class);
        return reloader;
    }

    private static List<String> errors(PolicyReloader reloader) {
        return reloader.report().diagnostics().stream()
                .filter(Diagnostic::isError)
                .map(Diagnostic::toString)
                .toList();
    }

    private static @Nullable QueuePolicy orders(PolicyReloader reloader) {
        return reloader.holder().current().queue("default/orders");
    }

    private static QueueSchemas schemas(PolicyReloader reloader) {
        return Objects.requireNonNull(Objects.requireNonNull(orders(reloader)).schemas());
    }

    private static @Nullable Refusal refusal(PolicyReloader reloader, String version, String body) {
        return schemas(reloader).refusal(version, "application/json", body.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void bodiesAreJudgedByTheVersionTheyAreOf() throws Exception {
        PolicyReloader reloader = booted();
        assertThat(errors(reloader)).isEmpty();
        assertThat(refusal(reloader, "1", "{\"price\": 1}")).isNull();
        assertThat(refusal(reloader, "1", "{\"price\": 1.5}")).isInstanceOf(Refusal.BodyNotValid.class);
        assertThat(refusal(reloader, "2", "{\"price\": 1.5}")).isNull();
        assertThat(Objects.requireNonNull(orders(reloader)).limits().maxBodyBytes())
                .isEqualTo(1 << 20);
        QueuePolicy other = reloader.holder().current().queue("default/reports");
        assertThat(Objects.requireNonNull(other).schemas()).isNull();
    }

    @Test
    void aChangedFileIsAnotherGenerationAndAnUnchangedOneIsNot() throws Exception {
        PolicyReloader reloader = booted();
        QueueSchemas before = schemas(reloader);
        write("schemas/order.2.json", SECOND.replace("\"note\"", "\"remark\""));
        assertThat(reloader.apply(reloader.directory().read())).isEqualTo(PolicyReloader.Applied.PUBLISHED);
        assertThat(refusal(reloader, "2", "{\"remark\": \"x\"}")).isNull();
        assertThat(schemas(reloader)).isNotSameAs(before);
        write("schemas/unnamed.json", "{");
        assertThat(reloader.apply(reloader.directory().read())).isEqualTo(PolicyReloader.Applied.NOTHING_NEW);
    }

    @Test
    void afterAFaultyChangeTheLastGoodOneStays() throws Exception {
        PolicyReloader reloader = booted();
        write("schemas/order.2.json", "{\"type\": \"objekt\"}");
        reloader.apply(reloader.directory().read());
        assertThat(errors(reloader).getFirst())
                .contains("orders.yaml:9:", "spec.schema.versions[1].file: schemas/order.2.json:1:10: #/type: ");
        assertThat(refusal(reloader, "2", "{\"price\": 1.5}")).isNull();
    }

    @Test
    void aQueueThatWasNeverGoodIsNotThereAndTheOthersAre() throws Exception {
        Files.delete(directory.resolve("schemas/order.1.json"));
        write("schemas/order.2.json", """
                {
                  "type": "object",
                  oops""");
        PolicyReloader reloader = booted();
        assertThat(errors(reloader))
                .satisfiesExactly(
                        first -> assertThat(first)
                                .contains("orders.yaml:8:", "the file schemas/order.1.json is not there"),
                        second -> assertThat(second)
                                .contains("orders.yaml:9:", "schemas/order.2.json:3:", "the file is no JSON"));
        assertThat(orders(reloader)).isNull();
        assertThat(reloader.holder().current().queue("default/reports")).isNotNull();
    }

    @Test
    void aVersionThatTakesLessIsRefusedUnlessThatIsMeant() throws Exception {
        write("schemas/order.2.json", SECOND.replace("\"number\"", "\"string\""));
        assertThat(errors(booted()))
                .singleElement()
                .asString()
                .contains(
                        "orders.yaml:9:7: error: Queue default/orders: spec.schema.versions[1]: version 2 may refuse what"
                                + " version 1 takes: schemas/order.2.json#/properties/price/type: the types are string;"
                                + " compared with schemas/order.1.json#/properties/price/type; expected all of integer,"
                                + " or compatibility: None");
        write("orders.yaml", QUEUE.replace("versions:\n", "compatibility: None\n    versions:\n"));
        assertThat(errors(booted())).isEmpty();
    }

    @Test
    void aKeywordThatSaysNothingIsAWarning() throws Exception {
        write("schemas/order.2.json", SECOND.replaceFirst("\\{", "{\"requird\": [],"));
        PolicyReloader reloader = booted();
        assertThat(errors(reloader)).isEmpty();
        assertThat(reloader.report().diagnostics())
                .anySatisfy(diagnostic -> assertThat(diagnostic.toString())
                        .contains("orders.yaml:9:", "warning", "schemas/order.2.json:1:", "\"requird\" is no keyword"));
        assertThat(orders(reloader)).isNotNull();
    }

    @Test
    void aScheduleWhoseBodyIsNotTakenIsTold() throws Exception {
        write("schedule.yaml", SCHEDULE);
        assertThat(errors(booted())).isEmpty();
        write("schedule.yaml", SCHEDULE.replace("\"price\": 1}", "\"price\": \"x\"}"));
        PolicyReloader reloader = booted();
        assertThat(errors(reloader))
                .singleElement()
                .asString()
                .contains("schedule.yaml:14:", "spec.request.body", "body-not-valid", "at #/price: ");
        assertThat(reloader.holder().current().schedules()).isEmpty();
        write("schedule.yaml", SCHEDULE.replace("value: \"1\"", "value: \"3\""));
        assertThat(errors(booted())).singleElement().asString().contains("schema-version-unknown", "one of 1, 2");
        write("schedule.yaml", SCHEDULE.replace("application/json", "text/plain"));
        assertThat(errors(booted())).singleElement().asString().contains("media-type-not-supported");
    }
}
