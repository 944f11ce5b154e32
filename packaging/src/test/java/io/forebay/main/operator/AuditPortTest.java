package io.forebay.main.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.forebay.admin.BackupAdmin;
import io.forebay.admin.GatewayView;
import io.forebay.admin.JobAdmin;
import io.forebay.admin.PolicyView;
import io.forebay.admin.Reply;
import io.forebay.admin.audit.AuditEntry;
import io.forebay.admin.audit.AuditView;
import io.forebay.admin.operator.AdminToken;
import io.forebay.admin.resource.AdminApi;
import io.forebay.admin.server.AdminServer;
import io.forebay.admin.server.AdminSettings;
import io.forebay.gateway.worker.LateQueues;
import io.forebay.offload.Outcome;
import io.forebay.offload.QueueSettings;
import io.forebay.offload.StoreListener;
import io.forebay.offload.StoreObserver;
import io.forebay.offload.StoreSettings;
import io.forebay.offload.intake.OffloadStore;
import io.forebay.offload.intake.TimeSource;
import io.forebay.offload.rocks.RocksFolder;
import io.forebay.offload.rocks.RocksSettings;
import io.forebay.policy.PolicySnapshot;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The audit in a store on disk: kept, read in pages, and by operators' calls.
class AuditPortTest {
    @TempDir
    Path folder = Path.of("");

    private OffloadStore open() {
        return OffloadStore.open(
                new RocksFolder(folder.resolve("store"), RocksSettings.DEFAULT),
                StoreSettings.DEFAULT,
                TimeSource.system(),
                StoreListener.NONE,
                StoreObserver.NONE);
    }

    private static AuditEntry entry(int number) {
        return new AuditEntry(
                "c" + number,
                Instant.parse("2026-11-23T12:00:00Z"),
                AuditEntry.Phase.INTENT,
                "admin-token",
                "127.0.0.1",
                "queue.pause",
                "q" + number,
                null,
                null,
                "t" + number);
    }

    private static void assertPage(Reply<AuditView.Entries> reply, int from, int to, boolean isMore) {
        AuditView.Entries page = ((Reply.Done<AuditView.Entries>) reply).value();
        List<AuditView.Kept> expected = IntStream.range(from, to)
                .mapToObj(number -> new AuditView.Kept(number, entry(number)))
                .toList();
        assertThat(page.entries()).isEqualTo(expected);
        assertThat(page.next()).isEqualTo(isMore ? Long.valueOf(to) : null);
    }

    @Test
    void whatWasKeptIsReadInPagesAlsoAfterARestart() {
        try (OffloadStore store = open()) {
            AuditPort port = new AuditPort(store.jobs(), store.reader());
            assertPage(port.latest(10), 0, 0, false);
            assertPage(port.from(0, 10), 0, 0, false);
            for (int number = 0; number < 5; number++) {
                assertThat(port.append(entry(number))).isEqualTo(Reply.done((long) number));
            }
        }
        try (OffloadStore store = open()) {
            AuditPort port = new AuditPort(store.jobs(), store.reader());
            assertPage(port.latest(2), 3, 5, false);
            assertPage(port.latest(500), 0, 5, false);
            assertPage(port.from(0, 2), 0, 2, true);
            assertPage(port.from(2, 3), 2, 5, false);
            assertPage(port.from(4, 2), 4, 5, false);
            assertPage(port.from(5, 2), 5, 5, false);
            assertPage(port.from(999_999_999_999_999_999L, 500), 5, 5, false);
        }
    }

    @Test
    void whatALaterVersionHasWrittenDoesNotHideTheRest() {
        try (OffloadStore store = open()) {
            AuditPort port = new AuditPort(store.jobs(), store.reader());
            port.append(entry(0));
            CompletableFuture<Outcome<Long>> later = new CompletableFuture<>();
            store.jobs().append("audit", "{\"phase\":\"planned\"}".getBytes(StandardCharsets.UTF_8), later::complete);
            assertThat(later.join()).isInstanceOf(Outcome.Done.class);
            port.append(entry(2));

            Reply<AuditView.Entries> page = port.latest(10);

            assertThat(((Reply.Done<AuditView.Entries>) page).value().entries())
                    .containsExactly(new AuditView.Kept(0, entry(0)), new AuditView.Kept(2, entry(2)));
        }
    }

    /// A port that is not asked here.
    private static <T> T absent(Class<T> port) {
        return port.cast(Proxy.newProxyInstance(port.getClassLoader(), new Class<?>[] {port}, (_, method, _) -> {
            throw new AssertionError(method + " is not asked here");
        }));
    }

    private AdminServer serve(OffloadStore store) throws IOException {
        AuditPort audit = new AuditPort(store.jobs(), store.reader());
        LateQueues late = new LateQueues(store.reader()::queues, PolicySnapshot::empty);
        AdminApi.Ports ports = new AdminApi.Ports(
                absent(GatewayView.class),
                absent(PolicyView.class),
                new QueuePort(store.jobs(), store.reader(), late),
                absent(JobAdmin.class),
                absent(BackupAdmin.class),
                Reply::missing,
                audit,
                audit);
        return AdminServer.start(
                AdminSettings.at("127.0.0.1", 0), folder, ports, new SecureRandom(), InstantSource.system());
    }

    private HttpRequest.Builder request(AdminServer server, String path) throws IOException {
        String token = Files.readString(folder.resolve(AdminToken.FILE_NAME)).strip();
        return HttpRequest.newBuilder(URI.create(server.origin() + path)).header("Authorization", "Bearer " + token);
    }

    private static JsonNode ok(HttpClient client, HttpRequest.Builder request) throws Exception {
        HttpResponse<String> answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JsonMapper.shared().readTree(answer.body());
    }

    @Test
    void whoPausedAQueueAndWhyIsReadOverTheOperatorsPort() throws Exception {
        try (OffloadStore store = open()) {
            CompletableFuture<Outcome<Long>> configured = new CompletableFuture<>();
            store.jobs().configure(Map.of("shop/reports", QueueSettings.DEFAULT), 1, configured::complete);
            assertThat(configured.join()).isInstanceOf(Outcome.Done.class);
            await().until(() -> store.reader().queues().containsKey("shop/reports"));
            try (AdminServer server = serve(store);
                    HttpClient client = HttpClient.newHttpClient()) {
                JsonNode paused = ok(
                        client,
                        request(server, "/api/v1/queues/shop%2Freports/pause?side=intake")
                                .header("Content-Type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofString("{\"reason\":\"the printer burns\"}")));
                assertThat(paused.get("intakePause").get("reason").stringValue())
                        .isEqualTo("the printer burns");

                JsonNode page = ok(client, request(server, "/api/v1/audit"));
                JsonNode entries = page.get("entries");
                assertThat(entries.findValuesAsString("phase")).containsExactly("intent", "outcome");
                assertThat(entries.findValuesAsString("result")).containsExactly("done");
                for (JsonNode entry : entries) {
                    assertThat(entry.get("action").stringValue()).isEqualTo("queue.pause");
                    assertThat(entry.get("target").stringValue()).isEqualTo("shop/reports intake");
                    assertThat(entry.get("reason").stringValue()).isEqualTo("the printer burns");
                    assertThat(entry.get("operator").stringValue()).isEqualTo("admin-token");
                    assertThat(entry.get("peer").stringValue()).isEqualTo("127.0.0.1");
                    assertThat(entry.get("changeId")).isEqualTo(entries.get(0).get("changeId"));
                    assertThat(entry.get("traceId")).isEqualTo(entries.get(0).get("traceId"));
                }
                assertThat(Instant.parse(entries.get(1).get("at").stringValue()))
                        .isAfterOrEqualTo(Instant.parse(entries.get(0).get("at").stringValue()));
                JsonNode first = ok(client, request(server, "/api/v1/audit?from=0&limit=1"));
                assertThat(first.get("entries")).hasSize(1);
                assertThat(first.get("next").longValue()).isEqualTo(1);
            }
        }
    }
}
