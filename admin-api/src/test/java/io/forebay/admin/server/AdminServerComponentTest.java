package io.forebay.admin.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.forebay.admin.GatewayView;
import io.forebay.admin.Reply;
import io.forebay.admin.audit.AuditEntry;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class AdminServerComponentTest {
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

    private static void assertProblem(HttpResponse<String> response, int status, String code, String reason) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
        JsonNode problem = RunningAdmin.json(response);
        assertThat(problem.get("type").stringValue()).isEqualTo("https://forebay.io/problems/" + code);
        assertThat(problem.get("status").intValue()).isEqualTo(status);
        assertThat(problem.get("reason").stringValue()).isEqualTo(reason);
        assertThat(problem.get("title").stringValue()).isNotEmpty();
        assertThat(problem.get("detail").stringValue()).isNotEmpty();
        assertThat(problem.get("instance").stringValue()).matches("[0-9a-f]{32}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/v1/status",
                "/api/v1/policies",
                "/api/v1/queues",
                "/api/v1/queues/reports",
                "/api/v1/jobs",
                "/api/v1/features",
                "/api/v1/schedules",
                "/api/v1/audit",
                "/metrics",
                "/nowhere"
            })
    void withoutTokenEverythingButHealthIsRefusedAlike(String path) throws Exception {
        HttpResponse<String> response = admin.send(admin.request(path));
        assertProblem(response, 401, "unauthorized", "token-missing");
        assertThat(response.headers().firstValue("WWW-Authenticate")).contains("Bearer realm=\"forebay-admin\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer wrong", "Bearer ", "Basic YWRtaW46YWRtaW4=", "bearer", "", "TOKEN"})
    void aWrongTokenIsRefusedAndSaidToBeInvalid(String authorization) throws Exception {
        String sent = authorization.replace("TOKEN", admin.token);
        HttpResponse<String> response =
                admin.send(admin.request("/api/v1/status").header("Authorization", sent));
        assertProblem(response, 401, "unauthorized", "token-wrong");
        assertThat(response.headers().firstValue("WWW-Authenticate"))
                .contains("Bearer realm=\"forebay-admin\", error=\"invalid_token\"");
    }

    @Test
    void twoAuthorizationFieldsAreBelievedNeither() throws Exception {
        HttpResponse<String> response =
                admin.send(admin.operator("/api/v1/status").header("Authorization", "Bearer " + admin.token));
        assertProblem(response, 401, "unauthorized", "token-wrong");
    }

    @Test
    void theSchemeIsReadInAnyCase() throws Exception {
        HttpResponse<String> response =
                admin.send(admin.request("/api/v1/features").header("Authorization", "bearer " + admin.token));
        assertThat(response.statusCode()).isEqualTo(200);
    }

    @Test
    void statusShowsWhatRunsAndWhetherTheDiskIsLive() throws Exception {
        admin.ports.policies.faults = List.of("policy/shop.yaml:3:5: unknown key");
        HttpResponse<String> response = admin.get("/api/v1/status");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(response.headers().firstValue("Cache-Control")).contains("no-store");
        assertThat(response.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        assertThat(response.body())
                .isEqualTo("{\"version\":\"0.1.0\",\"transport\":\"io_uring\",\"generation\":7,"
                        + "\"startedAt\":\"2026-11-23T12:00:00Z\",\"ready\":true,"
                        + "\"parts\":[{\"name\":\"policy\",\"ready\":true,\"detail\":\"\"},"
                        + "{\"name\":\"store\",\"ready\":true,\"detail\":\"\"}],"
                        + "\"listeners\":[{\"name\":\"https\",\"protocol\":\"HTTPS\",\"address\":\"0.0.0.0\","
                        + "\"port\":8443}],"
                        + "\"unwellBackends\":[{\"name\":\"shop/cart\",\"panic\":false,\"endpoints\":[]},"
                        + "{\"name\":\"shop/menu\",\"panic\":true,"
                        + "\"endpoints\":[{\"address\":\"10.0.0.1:80\",\"state\":\"unhealthy\"}]}],"
                        + "\"unresolvedNames\":[{\"hostname\":\"menu.test\",\"addresses\":2,\"failures\":3,"
                        + "\"fault\":\"ServFail\"}],"
                        + "\"overload\":{\"stages\":[\"disable-keepalive\"],\"memory\":0.91,\"loopLag\":0.02,"
                        + "\"connections\":0.5},"
                        + "\"policy\":{\"generation\":7,\"liveSince\":\"2026-11-23T12:00:00Z\",\"faultCount\":1,"
                        + "\"faults\":[\"policy/shop.yaml:3:5: unknown key\"]}}");
    }

    @Test
    void healthNeedsNoTokenAndTellsNoDetails() throws Exception {
        admin.ports.gateway.parts =
                List.of(new GatewayView.Part("policy", true, ""), new GatewayView.Part("store", false, "disk is full"));
        HttpResponse<String> live = admin.send(admin.request("/live"));
        assertThat(live.statusCode()).isEqualTo(200);
        assertThat(live.body()).isEqualTo("{\"live\":true}");
        HttpResponse<String> ready = admin.send(admin.request("/ready"));
        assertThat(ready.statusCode()).isEqualTo(503);
        assertThat(ready.body())
                .isEqualTo("{\"ready\":false,\"parts\":[{\"name\":\"policy\",\"ready\":true},"
                        + "{\"name\":\"store\",\"ready\":false}]}");
        admin.ports.gateway.parts = List.of();
        assertThat(admin.send(admin.request("/ready")).statusCode()).isEqualTo(200);
    }

    @Test
    void metricsAreTheTextFormat() throws Exception {
        HttpResponse<String> response = admin.get("/metrics");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type")).contains("text/plain; version=0.0.4; charset=utf-8");
        assertThat(response.body()).startsWith("# TYPE forebay_requests_total counter\n");
    }

    @Test
    void queuesAreListedByNameAPageAtATime() throws Exception {
        JsonNode first = RunningAdmin.json(admin.get("/api/v1/queues?limit=1"));
        assertThat(first.get("queues").get(0).get("name").stringValue()).isEqualTo("mails");
        String next = first.get("next").stringValue();
        JsonNode second = RunningAdmin.json(admin.get("/api/v1/queues?limit=1&after=" + next));
        assertThat(second.get("queues").get(0).get("name").stringValue()).isEqualTo("reports");
        assertThat(second.has("next")).isFalse();
    }

    @Test
    void aQueueShowsItsDepthAndTheAgeOfItsOldestJob() throws Exception {
        JsonNode queue = RunningAdmin.json(admin.get("/api/v1/queues/reports"));
        assertThat(queue.get("depth").longValue()).isEqualTo(5);
        assertThat(queue.get("running").longValue()).isEqualTo(1);
        assertThat(queue.get("oldestAgeMs").longValue()).isEqualTo(90_000);
        assertThat(queue.get("maxWaitMs").longValue()).isEqualTo(60_000);
        assertThat(queue.get("late").booleanValue()).isTrue();
        JsonNode other = RunningAdmin.json(admin.get("/api/v1/queues/mails"));
        assertThat(other.get("late").booleanValue()).isFalse();
        assertThat(queue.get("paused").booleanValue()).isFalse();
        assertThat(queue.has("gatedUntil")).isFalse();
    }

    @Test
    void pausingAndResumingAreAuditedBeforeAndAfter() throws Exception {
        HttpResponse<String> paused =
                admin.post("/api/v1/queues/reports/pause", "{\"reason\":\"upstream maintenance\"}");
        assertThat(paused.statusCode()).as(paused.body()).isEqualTo(200);
        assertThat(RunningAdmin.json(paused).get("paused").booleanValue()).isTrue();
        HttpResponse<String> resumed = admin.post("/api/v1/queues/reports/resume");
        assertThat(RunningAdmin.json(resumed).get("paused").booleanValue()).isFalse();
        List<AuditEntry> entries = admin.ports.trail.entries();
        assertThat(entries)
                .extracting(entry -> entry.phase() + " " + entry.action() + " " + entry.target() + " " + entry.reason()
                        + " " + entry.result())
                .containsExactly(
                        "INTENT queue.pause reports dispatch upstream maintenance null",
                        "OUTCOME queue.pause reports dispatch upstream maintenance done",
                        "INTENT queue.resume reports intake and dispatch null null",
                        "OUTCOME queue.resume reports intake and dispatch null done");
        assertThat(entries.get(0).changeId())
                .isEqualTo(entries.get(1).changeId())
                .isNotEqualTo(entries.get(2).changeId());
        assertThat(entries.get(0).peer()).isEqualTo("127.0.0.1");
    }

    @Test
    void aPauseSaysWhyAndUntilWhen() throws Exception {
        String until = "2100-01-01T00:00:00Z";
        HttpResponse<String> paused =
                admin.post("/api/v1/queues/reports/pause?side=intake&until=" + until, "{\"reason\":\"draining\"}");
        JsonNode queue = RunningAdmin.json(paused);
        assertThat(queue.get("paused").booleanValue()).isFalse();
        assertThat(queue.get("intakePause").get("reason").stringValue()).isEqualTo("draining");
        assertThat(queue.get("intakePause").get("until").stringValue()).isEqualTo(until);
        JsonNode resumed = RunningAdmin.json(admin.post("/api/v1/queues/reports/resume?side=intake"));
        assertThat(resumed.has("intakePause")).isFalse();
        for (String query : List.of("side=both", "until=tomorrow", "until=2001-01-01T00:00:00Z")) {
            assertProblem(admin.post("/api/v1/queues/reports/pause?" + query), 400, "bad-parameter", "bad-value");
        }
    }

    @Test
    void manyDeadLettersAreCountedRedrivenAndLeftAlone() throws Exception {
        String filter = "jobReason=status-503&tenant=acme&route=default%2Fshop%2Freports"
                + "&changedFrom=2026-01-01T00:00:00Z&changedTo=2026-02-01T00:00:00Z";
        JsonNode count = RunningAdmin.json(admin.get("/api/v1/queues/reports/redrive?" + filter));
        assertThat(count.get("matched").longValue()).isEqualTo(2);
        assertThat(count.get("complete").booleanValue()).isTrue();
        assertThat(admin.ports.trail.entries()).isEmpty();

        HttpResponse<String> begun = admin.post(
                "/api/v1/queues/reports/redrive?" + filter + "&perSecond=10", "{\"reason\":\"it is mended\"}");
        assertThat(begun.statusCode()).as(begun.body()).isEqualTo(200);
        assertThat(RunningAdmin.json(begun).get("looksAt").longValue()).isEqualTo(4);
        assertThat(admin.ports.queues.asked)
                .containsExactly(
                        "reports Operation[action=REDRIVE, filter=Filter[reason=status-503, tenant=acme,"
                                + " route=default/shop/reports, changedFrom=2026-01-01T00:00:00Z,"
                                + " changedTo=2026-02-01T00:00:00Z], perSecond=0, to=null]",
                        "reports Operation[action=REDRIVE, filter=Filter[reason=status-503, tenant=acme,"
                                + " route=default/shop/reports, changedFrom=2026-01-01T00:00:00Z,"
                                + " changedTo=2026-02-01T00:00:00Z], perSecond=10, to=null]");
        assertThat(admin.ports.trail.entries().getFirst().target())
                .isEqualTo("reports jobReason=status-503 tenant=acme route=default/shop/reports"
                        + " changedFrom=2026-01-01T00:00:00Z changedTo=2026-02-01T00:00:00Z perSecond=10");
        JsonNode operation =
                RunningAdmin.json(admin.get("/api/v1/queues/reports")).get("operation");
        assertThat(operation.get("action").stringValue()).isEqualTo("redrive");
        assertThat(operation.get("done").longValue()).isEqualTo(2);

        assertProblem(admin.post("/api/v1/queues/reports/purge"), 409, "conflict", "operation-under-way");
        HttpResponse<String> stopped = admin.post("/api/v1/queues/reports/operation/stop");
        assertThat(RunningAdmin.json(stopped).get("done").longValue()).isEqualTo(2);
        for (String query : List.of(
                "perSecond=0",
                "perSecond=1001",
                "route=shop",
                "changedTo=now",
                "changedTo=%2B999999999-01-01T00:00:00Z",
                "tenant=")) {
            assertProblem(admin.post("/api/v1/queues/reports/cancel?" + query), 400, "bad-parameter", "bad-value");
        }
        assertProblem(
                admin.get("/api/v1/queues/reports/cancel?perSecond=1"), 400, "bad-parameter", "unknown-parameter");
        assertProblem(admin.post("/api/v1/queues/nope/cancel"), 404, "not-found", "unknown-name");
        assertProblem(admin.post("/api/v1/queues/mails/move"), 400, "bad-parameter", "bad-value");
        assertProblem(admin.post("/api/v1/queues/mails/move?to=mails"), 400, "bad-parameter", "bad-value");
        assertProblem(admin.post("/api/v1/queues/mails/cancel?to=reports"), 400, "bad-parameter", "unknown-parameter");
        assertThat(admin.post("/api/v1/queues/mails/move?to=reports&tenant=gold")
                        .statusCode())
                .isEqualTo(200);
        assertThat(admin.ports.queues.asked).last().asString().contains("MOVE", "reports", "gold");
    }

    @Test
    void withoutAuditNothingIsChanged() throws Exception {
        admin.ports.trail.refusal = new Reply.Unavailable<>("store-reopening", "reopening", 1);
        HttpResponse<String> response = admin.post("/api/v1/queues/reports/pause");
        assertProblem(response, 503, "unavailable", "audit-unavailable");
        assertThat(response.headers().firstValue("Retry-After")).contains("1");
        JsonNode queue = RunningAdmin.json(admin.get("/api/v1/queues/reports"));
        assertThat(queue.get("paused").booleanValue()).isFalse();
    }

    @Test
    void aRefusedChangeIsAuditedWithItsResult() throws Exception {
        assertProblem(admin.post("/api/v1/jobs/f1/cancel"), 409, "conflict", "already-terminal");
        assertProblem(admin.post("/api/v1/jobs/nope/cancel"), 404, "not-found", "unknown-name");
        assertThat(admin.ports.trail.entries())
                .extracting(AuditEntry::result)
                .containsExactly(null, "already-terminal", null, "missing");
    }

    @Test
    void jobsAreListedByQueueAndStateWithACursor() throws Exception {
        JsonNode first = RunningAdmin.json(admin.get("/api/v1/jobs?queue=reports&state=queued&limit=2"));
        assertThat(first.get("jobs")).hasSize(2);
        assertThat(first.get("jobs").get(0).get("state").stringValue()).isEqualTo("queued");
        JsonNode rest = RunningAdmin.json(admin.get("/api/v1/jobs?queue=reports&state=queued&limit=2&after="
                + first.get("next").stringValue()));
        assertThat(rest.get("jobs")).hasSize(1);
        assertThat(rest.has("next")).isFalse();
    }

    @Test
    void aJobShowsWhatItIsWithoutItsBytes() throws Exception {
        assertThat(admin.get("/api/v1/jobs/a1").body())
                .isEqualTo("{\"id\":\"a1\",\"version\":1,\"queue\":\"reports\",\"state\":\"queued\",\"attempt\":1,"
                        + "\"crashes\":0,\"priority\":4,\"route\":\"default/shop/reports\",\"tenant\":\"acme\","
                        + "\"principal\":\"idp|ann\",\"traceId\":\"00\",\"created\":\"2026-11-23T12:00:00Z\","
                        + "\"changed\":\"2026-11-23T12:00:00Z\"}");
    }

    @Test
    void jobsAreCanceledAndRedriven() throws Exception {
        JsonNode canceled = RunningAdmin.json(admin.post("/api/v1/jobs/a1/cancel"));
        assertThat(canceled.get("state").stringValue()).isEqualTo("canceled");
        JsonNode redriven = RunningAdmin.json(admin.post("/api/v1/jobs/d1/redrive"));
        assertThat(redriven.get("id").stringValue()).isEqualTo("d1-again");
        assertProblem(admin.post("/api/v1/jobs/a2/redrive"), 409, "conflict", "not-redrivable");
    }

    @Test
    void policiesAreListedByKindAndFoundOneByOne() throws Exception {
        JsonNode all = RunningAdmin.json(admin.get("/api/v1/policies"));
        assertThat(all.get("policies").findValuesAsString("kind")).containsExactly("Backend", "HTTPRoute", "Queue");
        JsonNode some = RunningAdmin.json(admin.get("/api/v1/policies?kind=Queue"));
        assertThat(some.get("policies").findValuesAsString("name")).containsExactly("reports");
        JsonNode one = RunningAdmin.json(admin.get("/api/v1/policies/HTTPRoute/default/shop"));
        assertThat(one.get("origin").stringValue()).isEqualTo("policy/shop.yaml:3");
        assertThat(one.get("conditions").findValuesAsString("status")).containsExactly("True", "False");
    }

    @Test
    void schedulesAreListedByName() throws Exception {
        assertThat(admin.get("/api/v1/schedules").body())
                .isEqualTo("{\"schedules\":[{\"name\":\"default/nightly\",\"schedule\":\"0 3 * * *\","
                        + "\"timeZone\":\"Europe/Berlin\",\"queue\":\"default/reports\",\"suspended\":false,"
                        + "\"waiting\":1,\"nextRun\":\"2026-11-23T12:00:00Z\",\"lastJob\":\"0a\"},"
                        + "{\"name\":\"default/off\",\"schedule\":\"@daily\",\"timeZone\":\"UTC\","
                        + "\"queue\":\"default/reports\",\"suspended\":true,\"waiting\":0}]}");
        assertThat(admin.get("/api/v1/schedules?limit=1").body()).contains("\"next\":\"default/nightly\"");
    }

    @Test
    void featuresAreSorted() throws Exception {
        assertThat(admin.get("/api/v1/features").body())
                .isEqualTo("{\"supportedFeatures\":[\"HTTPRouteMethodMatching\",\"HTTPRouteQueryParamMatching\"]}");
    }

    @ParameterizedTest
    @CsvSource({
        "/api/v1/jobs/unknown, unknown-name",
        "/api/v1/queues/unknown, unknown-name",
        "/api/v1/policies/HTTPRoute/default/unknown, unknown-name",
        "/api/v1/jobs?queue=unknown&state=queued, unknown-name",
        "/api/v1, unknown-path",
        "/api/v1/queues/, unknown-path",
        "/, unknown-path",
        "/api/v1/jobs/a/b, unknown-path",
    })
    void whatIsNotThereIs404(String path, String reason) throws Exception {
        assertProblem(admin.get(path), 404, "not-found", reason);
    }

    @ParameterizedTest
    @CsvSource({
        "/api/v1/status?verbose=1, unknown-parameter",
        "/api/v1/jobs?queue=reports&state=queued&status=x, unknown-parameter",
        "/live?x=1, unknown-parameter",
        "/api/v1/jobs, missing-parameter",
        "/api/v1/jobs?queue=reports, missing-parameter",
        "/api/v1/jobs?queue=reports&queue=reports&state=queued, repeated-parameter",
        "/api/v1/jobs?queue=reports&state=QUEUED, bad-value",
        "/api/v1/jobs?queue=&state=queued, bad-value",
        "/api/v1/jobs?queue=reports&state=queued&limit=0, bad-value",
        "/api/v1/jobs?queue=reports&state=queued&limit=501, bad-value",
        "/api/v1/jobs?queue=reports&state=queued&limit=-1, bad-value",
        "/api/v1/jobs?queue=reports&state=queued&limit=1e2, bad-value",
        "/api/v1/jobs?queue=reports&state=queued&after=zz, bad-cursor",
        "/api/v1/audit?after=1, unknown-parameter",
        "/api/v1/audit?from=1&from=2, repeated-parameter",
        "/api/v1/audit?from=, bad-value",
        "/api/v1/audit?from=-1, bad-value",
        "/api/v1/audit?from=1e2, bad-value",
        "/api/v1/audit?from=1000000000000000000, bad-value",
        "/api/v1/audit?limit=0, bad-value",
        "/api/v1/audit?limit=501, bad-value",
    })
    void parametersThatMakeNoSenseAre400(String path, String reason) throws Exception {
        assertProblem(admin.get(path), 400, "bad-parameter", reason);
    }

    @Test
    void theLargestPageIsAllowed() throws Exception {
        assertThat(admin.get("/api/v1/queues?limit=500").statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "DELETE, /api/v1/jobs/a1, 'GET, HEAD'",
        "POST, /api/v1/queues, 'GET, HEAD'",
        "DELETE, /api/v1/audit, 'GET, HEAD'",
        "GET, /api/v1/queues/reports/pause, POST",
        "PUT, /ready, 'GET, HEAD'",
    })
    void anotherMethodIs405WithThoseAllowed(String method, String path, String allowed) throws Exception {
        HttpResponse<String> response =
                admin.send(admin.operator(path).method(method, HttpRequest.BodyPublishers.noBody()));
        assertProblem(response, 405, "method-not-allowed", "method-not-allowed");
        assertThat(response.headers().firstValue("Allow")).contains(allowed);
    }

    @Test
    void headIsGetWithoutBody() throws Exception {
        HttpResponse<String> head =
                admin.send(admin.operator("/api/v1/queues/reports").HEAD());
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        int length = admin.get("/api/v1/queues/reports").body().length();
        assertThat(head.headers().firstValueAsLong("Content-Length")).hasValue(length);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"why\":\"x\"} | unknown-key",
                "{\"reason\":\"x\",\"more\":1} | unknown-key",
                "[] | unknown-key",
                "[1] | unknown-key",
                "\"x\" | unknown-key",
                "{\"reason\":7} | bad-value",
                "{\"reason\":\"x\" | not-json",
                "{\"reason\":\"x\",\"reason\":\"y\"} | not-json",
                "{} {} | not-json",
            })
    void bodiesThatMakeNoSenseAre400AndChangeNothing(String body, String reason) throws Exception {
        assertProblem(admin.post("/api/v1/queues/reports/pause", body), 400, "bad-body", reason);
        assertThat(admin.ports.trail.entries()).isEmpty();
    }

    @Test
    void aReasonHasAnEnd() throws Exception {
        String longest = "x".repeat(500);
        String path = "/api/v1/queues/reports/pause";
        assertThat(admin.post(path, "{\"reason\":\"" + longest + "\"}").statusCode())
                .isEqualTo(200);
        assertProblem(admin.post(path, "{\"reason\":\"" + longest + "x\"}"), 400, "bad-body", "bad-value");
    }

    @Test
    void anotherMediaTypeIs415() throws Exception {
        HttpResponse<String> response = admin.send(admin.operator("/api/v1/queues/reports/pause")
                .header("Content-Type", "text/plain")
                .POST(HttpRequest.BodyPublishers.ofString("{}")));
        assertProblem(response, 415, "unsupported-media-type", "not-json");
    }

    @Test
    void aBodyWhereNoneBelongsIs400() throws Exception {
        HttpResponse<String> response =
                admin.send(admin.operator("/api/v1/status").method("GET", HttpRequest.BodyPublishers.ofString("{}")));
        assertProblem(response, 400, "bad-body", "unexpected-body");
    }

    /// And its client hears so, who writes all of it before it reads.
    @ParameterizedTest
    @ValueSource(ints = {AdminServer.BODY_BYTES_MAX + 1, 3 * AdminServer.BODY_BYTES_MAX})
    void aBodyOfKnownLengthBeyondTheLimitIs413(int bytes) throws Exception {
        String large = " ".repeat(bytes);
        assertProblem(admin.post("/api/v1/queues/reports/pause", large), 413, "body-too-large", "body-too-large");
    }

    @ParameterizedTest
    @ValueSource(ints = {AdminServer.BODY_BYTES_MAX + 1, 3 * AdminServer.BODY_BYTES_MAX})
    void aChunkedBodyBeyondTheLimitIs413(int bytes) throws Exception {
        byte[] large = new byte[bytes];
        HttpResponse<String> response = admin.send(admin.operator("/api/v1/queues/reports/pause")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.fromPublisher(HttpRequest.BodyPublishers.ofByteArray(large))));
        assertProblem(response, 413, "body-too-large", "body-too-large");
    }

    @Test
    void aFaultIs500WithoutItsCauseAndUnderItsTrace() throws Exception {
        admin.ports.gateway.fault = new IllegalStateException("secret internals");
        String trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        HttpResponse<String> response = admin.send(
                admin.operator("/api/v1/status").header("traceparent", "00-" + trace + "-00f067aa0ba902b7-01"));
        assertProblem(response, 500, "internal", "internal");
        assertThat(response.body()).contains(trace).doesNotContain("secret");
        admin.ports.gateway.fault = null;
        assertThat(admin.get("/api/v1/status").statusCode()).isEqualTo(200);
    }

    @Test
    void malformedTraceContextIsNotBelieved() throws Exception {
        HttpResponse<String> response = admin.send(admin.operator("/nowhere")
                .header("traceparent", "00-00000000000000000000000000000000-00f067aa0ba902b7-01"));
        assertProblem(response, 404, "not-found", "unknown-path");
        assertThat(response.body()).doesNotContain("00000000000000000000000000000000");
    }

    @Test
    void aPortThatDoesNotAnswerIs504(@TempDir Path other) throws Exception {
        try (RunningAdmin impatient = new RunningAdmin(other, false, Duration.ofMillis(50))) {
            CountDownLatch never = new CountDownLatch(1);
            impatient.ports.gateway.hold = never;
            assertProblem(impatient.get("/api/v1/status"), 504, "timed-out", "timed-out");
            never.countDown();
        }
    }

    @Test
    void moreCallsAtOnceThanAllowedAre503() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        admin.ports.gateway.hold = release;
        List<CompletableFuture<HttpResponse<String>>> held = new ArrayList<>();
        for (int i = 0; i < AdminServer.CALLS_MAX; i++) {
            held.add(admin.sendLater(admin.operator("/api/v1/status")));
        }
        try {
            await().until(() -> admin.ports.gateway.waiting.get() == AdminServer.CALLS_MAX);
            HttpResponse<String> response = admin.send(admin.request("/live"));
            assertProblem(response, 503, "unavailable", "too-many-calls");
            assertThat(response.headers().firstValue("Retry-After")).contains("1");
        } finally {
            release.countDown();
        }
        for (CompletableFuture<HttpResponse<String>> call : held) {
            assertThat(call.get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        }
        assertThat(admin.send(admin.request("/live")).statusCode()).isEqualTo(200);
    }

    @Test
    void openMetricsNeedNoTokenAndNothingElseIsOpened(@TempDir Path other) throws Exception {
        try (RunningAdmin open = new RunningAdmin(other, true, Duration.ofSeconds(10))) {
            assertThat(open.send(open.request("/metrics")).statusCode()).isEqualTo(200);
            assertThat(open.send(open.request("/api/v1/status")).statusCode()).isEqualTo(401);
        }
    }

    @Test
    void percentEncodedNamesAreDecodedOnce() throws Exception {
        admin.ports.queues.put("a b+c", null, null);
        assertThat(RunningAdmin.json(admin.get("/api/v1/queues/a%20b+c"))
                        .get("name")
                        .stringValue())
                .isEqualTo("a b+c");
        assertProblem(admin.get("/api/v1/queues/a%2520b+c"), 404, "not-found", "unknown-name");
    }

    @Test
    void backupsAreBegunByNameOneAtATime() throws Exception {
        assertThat(RunningAdmin.json(admin.get("/api/v1/backups")).toString())
                .isEqualTo("{\"directory\":\"/backups\"}");
        for (String name : List.of("..", "a/b", "%2e%2e", ".hidden", "-x", "a%00", "a%2fb", "x".repeat(64), "")) {
            assertProblem(admin.post("/api/v1/backups?name=" + name), 400, "bad-parameter", "bad-value");
        }
        assertProblem(admin.post("/api/v1/backups?directory=x"), 400, "bad-parameter", "unknown-parameter");
        assertThat(admin.send(admin.request("/api/v1/backups").POST(HttpRequest.BodyPublishers.noBody()))
                        .statusCode())
                .isEqualTo(401);

        JsonNode begun = RunningAdmin.json(admin.post("/api/v1/backups?name=before-2.0", "{\"reason\":\"upgrade\"}"));
        assertThat(begun.get("name").stringValue()).isEqualTo("before-2.0");
        assertThat(begun.get("state").stringValue()).isEqualTo("running");
        assertThat(admin.ports.trail.entries().getFirst().action()).isEqualTo("backup");
        assertThat(admin.ports.trail.entries().getFirst().target()).isEqualTo("before-2.0");
        assertThat(admin.ports.trail.entries().getFirst().reason()).isEqualTo("upgrade");
        assertProblem(admin.post("/api/v1/backups"), 409, "conflict", "backup-under-way");

        admin.ports.backups.done();
        JsonNode last = RunningAdmin.json(admin.get("/api/v1/backups")).get("last");
        assertThat(last.get("state").stringValue()).isEqualTo("done");
        assertThat(last.get("taken").stringValue()).isEqualTo("2026-11-23T12:00:00Z");
        assertThat(RunningAdmin.json(admin.post("/api/v1/backups")).get("name").stringValue())
                .isEqualTo("20261123T120000Z");
    }
}
