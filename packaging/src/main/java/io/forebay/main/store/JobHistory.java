package io.forebay.main.store;

import io.forebay.main.ExitCode;
import io.forebay.main.StartFailure;
import io.forebay.offload.EventPage;
import io.forebay.offload.Job;
import io.forebay.offload.JobEvent;
import io.forebay.offload.JobId;
import io.forebay.offload.backup.StoreLook;
import io.forebay.offload.machine.Events;
import io.forebay.offload.machine.StoredJob;
import io.forebay.offload.storage.DamagedValueException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// What the store knows of one job, as a document: who, when, how often, and its events.
final class JobHistory {
    private static final int PAGE_BYTES_MAX = 1 << 20;

    private JobHistory() {}

    static Map<String, Object> of(StoreLook look, JobId id) throws StartFailure {
        StoredJob stored = look.view().job(id);
        if (stored == null) {
            throw new StartFailure(ExitCode.FAILED, "there is no job " + id.text() + " in the store");
        }
        Map<String, Object> document = metadata(stored.toJob());
        document.put("events", events(look, stored));
        return document;
    }

    /// All but its bytes and events.
    static Map<String, Object> metadata(Job job) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("id", job.id().text());
        document.put("queue", job.queue());
        document.put("state", job.state().name().toLowerCase(Locale.ROOT));
        text(document, "reason", job.reason());
        document.put("tenant", job.caller().tenant());
        document.put("principal", job.caller().principal());
        text(document, "provider", job.caller().provider());
        document.put(
                "route",
                job.route().namespace() + "/" + job.route().name() + "/"
                        + job.route().rule());
        document.put("priority", job.priority());
        text(document, "orderingKey", job.orderingKey() == null ? "" : job.orderingKey());
        time(document, "created", job.times().createdMs());
        time(document, "started", job.times().startedMs());
        time(document, "changed", job.times().changedMs());
        time(document, "nextAttempt", job.times().nextAttemptMs());
        time(document, "deadline", job.times().deadlineMs());
        time(document, "finished", job.times().finishedMs());
        time(document, "expires", job.times().expiresMs());
        document.put("attempts", job.attempts().made());
        document.put("leases", job.attempts().epoch());
        document.put("crashes", job.attempts().crashes());
        document.put("version", job.version());
        document.put(
                "requestBytes", job.sizes().requestHeadBytes() + job.sizes().requestBodyBytes());
        document.put("resultBytes", job.sizes().resultHeadBytes() + job.sizes().resultBodyBytes());
        document.put("bytesGone", job.sizes().payloadGone());
        if (job.hasResult()) {
            document.put("answerStatus", job.answerStatus());
        }
        text(document, "traceId", job.traceId());
        JobId before = job.redriveOf();
        text(document, "redriveOf", before == null ? "" : before.text());
        JobId after = job.redrivenAs();
        text(document, "redrivenAs", after == null ? "" : after.text());
        return document;
    }

    private static void text(Map<String, Object> document, String name, String value) {
        if (!value.isEmpty()) {
            document.put(name, value);
        }
    }

    private static void time(Map<String, Object> document, String name, long ms) {
        if (ms != 0) {
            document.put(name, Instant.ofEpochMilli(ms).toString());
        }
    }

    private static List<Map<String, Object>> events(StoreLook look, StoredJob job) {
        List<Map<String, Object>> events = new ArrayList<>();
        Events all = job.progress().events();
        int next = job.progress().payloadGone() ? all.count() : all.erased();
        while (next < all.count()) {
            List<EventPage.Entry> page = look.view().events(job, next, JobEvent.EVENTS_MAX, PAGE_BYTES_MAX);
            if (page.isEmpty()) {
                throw new DamagedValueException("job " + job.id().text(), "event " + next + " is missing");
            }
            for (EventPage.Entry entry : page) {
                events.add(event(entry));
                next = entry.number() + 1;
            }
        }
        return events;
    }

    private static Map<String, Object> event(EventPage.Entry entry) {
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("number", entry.number());
        event.put("attempt", entry.attempt());
        time(event, "at", entry.atMs());
        switch (entry.event()) {
            case JobEvent.Progress(int percent, String message) -> {
                event.put("kind", "progress");
                if (percent != JobEvent.Progress.UNKNOWN) {
                    event.put("percent", percent);
                }
                text(event, "message", message);
            }
            case JobEvent.Partial(byte[] content) -> {
                event.put("kind", "partial");
                event.put("bytes", content.length);
            }
        }
        return event;
    }
}
