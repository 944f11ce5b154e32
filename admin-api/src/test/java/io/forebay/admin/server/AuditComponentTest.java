package io.forebay.admin.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.admin.audit.AuditEntry;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// The audit as operators read it.
class AuditComponentTest {
    @TempDir
    private Path dataFolder;

    private RunningAdmin admin;

    @BeforeEach
    void start() throws IOException {
        admin = RunningAdmin.in(dataFolder);
    }

    @AfterEach
    void stop() {
        admin.close();
    }

    private JsonNode read(String query) throws Exception {
        HttpResponse<String> answer = admin.get("/api/v1/audit" + query);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return RunningAdmin.json(answer);
    }

    private static List<Long> offsets(JsonNode page) {
        List<Long> offsets = new ArrayList<>();
        page.get("entries").forEach(entry -> offsets.add(entry.get("offset").longValue()));
        return offsets;
    }

    @Test
    void beforeTheFirstChangeItIsEmpty() throws Exception {
        assertThat(admin.get("/api/v1/audit").body()).isEqualTo("{\"entries\":[]}");
        assertThat(admin.get("/api/v1/audit?from=0").body()).isEqualTo("{\"entries\":[]}");
    }

    @Test
    void whoChangedWhatAndWhyIsThereWithEveryMember() throws Exception {
        admin.post("/api/v1/queues/reports/pause", "{\"reason\":\"upstream maintenance\"}");
        AuditEntry intent = admin.ports.trail.entries().getFirst();
        HttpResponse<String> audit = admin.get("/api/v1/audit");
        String same = "\"operator\":\"admin-token\",\"peer\":\"127.0.0.1\",\"action\":\"queue.pause\","
                + "\"target\":\"reports dispatch\",\"reason\":\"upstream maintenance\",";
        String change = "\"changeId\":\"" + intent.changeId() + "\",\"at\":\"2026-11-23T12:00:00Z\",";
        String trace = "\"traceId\":\"" + intent.traceId() + "\"}";
        assertThat(audit.body())
                .isEqualTo("{\"entries\":[{\"offset\":0," + change + "\"phase\":\"intent\"," + same + trace
                        + ",{\"offset\":1," + change + "\"phase\":\"outcome\"," + same + "\"result\":\"done\"," + trace
                        + "]}");
        assertThat(intent.traceId()).matches("[0-9a-f]{32}");
        assertThat(audit.body()).doesNotContain(admin.token);
    }

    @Test
    void aRefusedChangeIsThereWithItsResultAndNoReason() throws Exception {
        admin.post("/api/v1/jobs/f1/cancel");
        JsonNode entries = read("").get("entries");
        assertThat(entries.findValuesAsString("result")).containsExactly("already-terminal");
        assertThat(entries.get(0).has("reason")).isFalse();
    }

    @Test
    void theLatestComeWithoutAnOffsetAndAllInPagesFromOne() throws Exception {
        admin.post("/api/v1/queues/reports/pause");
        admin.post("/api/v1/queues/reports/resume");
        admin.post("/api/v1/jobs/a1/cancel");
        JsonNode latest = read("?limit=2");
        assertThat(offsets(latest)).containsExactly(4L, 5L);
        assertThat(latest.has("next")).isFalse();

        JsonNode first = read("?from=0&limit=4");
        assertThat(offsets(first)).containsExactly(0L, 1L, 2L, 3L);
        JsonNode rest = read("?limit=4&from=" + first.get("next").longValue());
        assertThat(offsets(rest)).containsExactly(4L, 5L);
        assertThat(rest.has("next")).isFalse();
        assertThat(offsets(read("?from=6"))).isEmpty();
    }

    @Test
    void readingIsNoChange() throws Exception {
        read("");
        assertThat(admin.ports.trail.entries()).isEmpty();
    }
}
