package io.forebay.offload.machine;

import io.forebay.offload.Callback;
import io.forebay.offload.Notice;
import java.util.List;

/// How the end of a job is told: as a job of its own, made in the commit of the end, so that there is exactly one
/// however the process ends. It needs room, but asks for none: an end that happened is told.
final class NoticeRules {
    /// That of a job whose client does not say.
    private static final int PRIORITY = 5;

    private NoticeRules() {}

    static void tell(Draft draft, StoredJob ended) {
        Callback callback = ended.origin().callback();
        QueueState queue = callback == null ? null : draft.index.queue(callback.queue());
        if (callback == null || queue == null) {
            return;
        }
        Origin of = ended.origin();
        Origin origin = new Origin(
                queue.id(),
                queue.entry().name(),
                of.tenantId(),
                of.caller(),
                of.route(),
                PRIORITY,
                null,
                null,
                null,
                draft.nowMs,
                0,
                0,
                of.traceId(),
                null,
                true,
                null,
                notice(ended, callback.url()),
                false,
                null);
        SubmitRules.enter(draft, Mixing.notice(ended.id(), draft.nowMs), origin, Payload.NONE, List.of());
    }

    private static Notice notice(StoredJob job, String url) {
        Progress progress = job.progress();
        return new Notice(
                url,
                job.id(),
                job.origin().queue(),
                progress.state(),
                progress.reason(),
                progress.attempts(),
                progress.answerStatus(),
                job.origin().createdMs(),
                progress.startedMs(),
                progress.finishedMs(),
                progress.expiresMs());
    }
}
