package io.forebay.gateway.webhook;

import io.forebay.offload.JobId;
import io.forebay.offload.Notice;
import io.forebay.policy.offload.SigningKeys;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.Locale;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// One message as Standard Webhooks 1.0 has it. Each attempt has the same id and body, and a time and signatures of its
/// own.
///
/// @param id the same for each attempt, so that a receiver can tell repeats
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
public record WebhookMessage(String id, byte[] body) {
    private static final JsonFactory JSON = new JsonFactory();

    /// What is told of a job's end.
    ///
    /// @param noticeJob the job that does the telling
    /// @param jobsPath where jobs live, without a slash at its end
    public static WebhookMessage of(JobId noticeJob, Notice notice, String jobsPath) {
        return new WebhookMessage("msg_" + noticeJob.text(), body(notice, jobsPath));
    }

    private static byte[] body(Notice notice, String jobsPath) {
        String state = notice.state().name().toLowerCase(Locale.ROOT);
        ByteArrayOutputStream out = new ByteArrayOutputStream(512);
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
            json.writeStartObject();
            json.writeStringProperty("type", "job." + state);
            time(json, "timestamp", notice.finishedMs());
            json.writeObjectPropertyStart("data");
            json.writeStringProperty("id", notice.job().text());
            json.writeStringProperty("queue", notice.queue());
            json.writeStringProperty("state", state);
            if (!notice.reason().isEmpty()) {
                json.writeStringProperty("reason", notice.reason());
            }
            json.writeNumberProperty("attempt", notice.attempts());
            time(json, "created", notice.createdMs());
            time(json, "started", notice.startedMs());
            time(json, "finished", notice.finishedMs());
            time(json, "expires", notice.expiresMs());
            String job = jobsPath + "/" + notice.job().text();
            json.writeStringProperty("status", job);
            if (notice.answerStatus() != 0) {
                json.writeStringProperty("result", job + "/result");
            }
            json.writeEndObject();
            json.writeEndObject();
        }
        return out.toByteArray();
    }

    private static void time(JsonGenerator json, String name, long epochMs) {
        if (epochMs > 0) {
            json.writeStringProperty(name, Instant.ofEpochMilli(epochMs).toString());
        }
    }

    /// The fields of an attempt at this time.
    HttpHeaders fields(SigningKeys keys, long nowMs) {
        long seconds = nowMs / 1_000;
        return new DefaultHttpHeaders()
                .set("content-type", "application/json")
                .set("webhook-id", id)
                .set("webhook-timestamp", Long.toString(seconds))
                .set("webhook-signature", keys.sign(id, seconds, body));
    }
}
