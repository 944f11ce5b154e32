package io.forebay.gateway.offload;

import io.forebay.gateway.problem.ProblemType;
import io.forebay.offload.Job;
import io.forebay.offload.JobEvent;
import io.forebay.offload.JobId;
import io.forebay.offload.JobState;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.Locale;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// The status document of a job, as JSON.
final class JobDocument {
    private static final JsonFactory JSON = new JsonFactory();
    static final int POSITION_UNKNOWN = -1;

    private JobDocument() {}

    /// A job of which nobody knows how many are before it.
    static byte[] write(Job job, String jobsPath) {
        return write(job, jobsPath, POSITION_UNKNOWN, 0);
    }

    /// @param jobsPath where jobs live, without a slash at its end
    /// @param position jobs before this one, or [#POSITION_UNKNOWN]
    /// @param estimatedStartMs when it is likely to begin if it waits, 0 if nobody knows
    static byte[] write(Job job, String jobsPath, int position, long estimatedStartMs) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(512);
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
            json.writeStartObject();
            json.writeStringProperty("id", job.id().text());
            json.writeStringProperty("queue", job.queue());
            json.writeStringProperty("state", job.state().name().toLowerCase(Locale.ROOT));
            if (!job.reason().isEmpty()) {
                json.writeStringProperty("reason", job.reason());
            }
            json.writeNumberProperty("attempt", job.attempts().made());
            time(json, "created", job.times().createdMs());
            time(json, "started", job.times().startedMs());
            time(json, "nextAttempt", job.state().isTerminal() ? 0 : job.times().nextAttemptMs());
            time(json, "deadline", job.times().deadlineMs());
            time(json, "finished", job.times().finishedMs());
            time(json, "expires", job.times().expiresMs());
            JobEvent.Progress progress = job.progress();
            if (progress != null) {
                json.writeObjectPropertyStart("progress");
                progress(json, progress);
                json.writeEndObject();
            }
            if (position != POSITION_UNKNOWN && job.state() == JobState.QUEUED) {
                json.writeNumberProperty("position", position);
                time(
                        json,
                        "estimatedStart",
                        estimatedStartMs == 0
                                ? 0
                                : Math.max(estimatedStartMs, job.times().nextAttemptMs()));
            }
            if (job.state().isTerminal() && job.hasResult()) {
                json.writeStringProperty("result", jobsPath + "/" + job.id().text() + "/result");
            }
            JobId again = job.redrivenAs();
            if (again != null) {
                json.writeStringProperty("redrivenAs", jobsPath + "/" + again.text());
            }
            if (job.state() == JobState.FAILED) {
                problem(json, job);
            }
            json.writeStringProperty("traceId", job.traceId());
            json.writeEndObject();
        }
        return out.toByteArray();
    }

    /// Its properties, in the object that is open.
    static void progress(JsonGenerator json, JobEvent.Progress progress) {
        if (progress.percent() != JobEvent.Progress.UNKNOWN) {
            json.writeNumberProperty("percent", progress.percent());
        }
        if (!progress.message().isEmpty()) {
            json.writeStringProperty("message", progress.message());
        }
    }

    private static void problem(JsonGenerator json, Job job) {
        json.writeObjectPropertyStart("problem");
        json.writeStringProperty("type", ProblemType.JOB_WITHOUT_RESULT.uri());
        json.writeStringProperty("title", "The job failed");
        json.writeStringProperty("reason", job.reason());
        if (job.hasResult()) {
            json.writeNumberProperty("upstreamStatus", job.answerStatus());
        }
        json.writeEndObject();
    }

    private static void time(JsonGenerator json, String name, long epochMs) {
        if (epochMs > 0) {
            json.writeStringProperty(name, Instant.ofEpochMilli(epochMs).toString());
        }
    }
}
