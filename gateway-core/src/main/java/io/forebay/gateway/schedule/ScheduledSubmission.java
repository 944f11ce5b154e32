package io.forebay.gateway.schedule;

import io.forebay.gateway.offload.StoredRequest;
import io.forebay.gateway.offload.TenantName;
import io.forebay.offload.Caller;
import io.forebay.offload.Content;
import io.forebay.offload.Idempotency;
import io.forebay.offload.JobId;
import io.forebay.offload.RouteIdentity;
import io.forebay.offload.Submission;
import io.forebay.offload.Timing;
import io.forebay.policy.schedule.SchedulePolicy;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Set;

/// The job of one run. Its id, its trace and its delay follow from the schedule's name and the run's time, so that the
/// same run offered twice is one job, in whichever process.
final class ScheduledSubmission {
    private static final String SCOPE = "schedule";
    private static final Set<String> BODILESS = Set.of("GET", "HEAD");
    private static final HexFormat HEX = HexFormat.of();

    private ScheduledSubmission() {}

    static JobId id(SchedulePolicy schedule, long runMs, int nodeId) {
        return JobId.of(runMs, nodeId, ByteBuffer.wrap(digest(schedule, runMs)).getLong());
    }

    /// @param keptMs how long the run must be known at least, should its job be over before
    static Submission of(SchedulePolicy schedule, long runMs, int nodeId, long keptMs) {
        byte[] digest = digest(schedule, runMs);
        String traceId = HEX.formatHex(digest, 8, 24);
        String spanId = HEX.formatHex(digest, 24, 32);
        byte[] body = schedule.request().body().getBytes(StandardCharsets.UTF_8);
        String[] rule = schedule.rule().split("/", 3);
        return new Submission(
                id(schedule, runMs, nodeId),
                schedule.queue(),
                new Caller(TenantName.of(schedule.tenant()), SCOPE + "|" + schedule.id(), ""),
                new RouteIdentity(rule[0], rule[1], rule[2]),
                StoredRequest.encode(head(schedule.request(), body.length, traceId, spanId)),
                Content.of(body),
                new Timing(schedule.priority(), null, delayMs(schedule, digest), 0),
                new Idempotency(SCOPE, schedule.id() + "@" + runMs, new byte[Idempotency.FINGERPRINT_BYTES], keptMs),
                traceId,
                null,
                null,
                Submission.AHEAD_ANY);
    }

    private static long delayMs(SchedulePolicy schedule, byte[] digest) {
        return schedule.jitterMs() == 0
                ? 0
                : Long.remainderUnsigned(ByteBuffer.wrap(digest).getLong(), schedule.jitterMs());
    }

    private static String head(SchedulePolicy.Request request, int bodyBytes, String traceId, String spanId) {
        StringBuilder head = new StringBuilder(256);
        head.append(request.method()).append(' ').append(request.target()).append(" HTTP/1.1\r\n");
        line(head, "host", request.authority());
        request.headers().forEach(header -> line(head, header.name(), header.value()));
        if (bodyBytes > 0 || !BODILESS.contains(request.method())) {
            line(head, "content-length", Integer.toString(bodyBytes));
        }
        line(head, "traceparent", "00-" + traceId + "-" + spanId + "-00");
        return head.append("\r\n").toString();
    }

    private static void line(StringBuilder head, String name, String value) {
        head.append(name).append(": ").append(value).append("\r\n");
    }

    private static byte[] digest(SchedulePolicy schedule, long runMs) {
        try {
            byte[] text = (SCOPE + "\n" + schedule.id() + "\n" + runMs).getBytes(StandardCharsets.UTF_8);
            return MessageDigest.getInstance("SHA-256").digest(text);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
