package io.forebay.gateway.offload;

import io.forebay.gateway.http.Exchange;
import io.forebay.gateway.http.KnownHeader;
import io.forebay.gateway.http.ResponseHead;
import io.forebay.gateway.problem.ProblemCatalog;
import io.forebay.offload.Job;
import io.forebay.offload.JobId;
import io.forebay.offload.JobState;
import io.forebay.offload.Outcome;
import io.forebay.policy.offload.Prefer;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The status of a job, with its version as `ETag`; `If-None-Match` gives 304, and with `Prefer: wait=N` the answer
/// waits for a change (RFC 7240 section 4.3).
///
/// The job's change, the end of the wait and a read of the store under way may each come first; whichever it is decides
/// the answer, and the others find `isSending` set.
final class JobStatusAnswer extends JobAnswer {
    private final Prefer prefer;
    private final long waitUntilNs;
    private final JobWatch watch;
    private @Nullable Job waitingWith;
    private boolean isSending;

    JobStatusAnswer(Exchange exchange, JobId id, JobParts parts) {
        super(exchange, id, parts);
        this.watch = new JobWatch(this, parts, id, this::onNews);
        this.prefer = Prefer.of(exchange.head());
        int seconds = Math.min(prefer.waitSeconds(), Prefer.WAIT_SECONDS_MAX);
        this.waitUntilNs = exchange.startedNs() + TimeUnit.SECONDS.toNanos(Math.max(0, seconds));
    }

    private void onNews(Outcome<Job> outcome) {
        if (isSending) {
            return;
        }
        switch (outcome) {
            case Outcome.Done<Job>(Job job) -> onJob(job);
            case Outcome.Refused<Job>(var refusal) -> refuse(ProblemCatalog.of(refusal));
        }
    }

    @Override
    void onJob(Job job) {
        if (isSending) {
            return;
        }
        boolean mayWait = prefer.waitSeconds() > 0 && !job.state().isTerminal() && System.nanoTime() < waitUntilNs;
        Job shown = waitingWith;
        boolean isNews = shown == null ? hasOtherVersion(job) : shown.version() != job.version();
        if (!mayWait || isNews) {
            send(job);
            return;
        }
        waitingWith = job;
        if (!watch.await()) {
            send(job);
        }
    }

    /// Whether the client names a version that is no longer the job's, so that the answer is news at once.
    private boolean hasOtherVersion(Job job) {
        String seen = exchange().head().text(KnownHeader.IF_NONE_MATCH);
        return seen != null && !matches(seen, job);
    }

    private static boolean matches(String ifNoneMatch, Job job) {
        String tag = tag(job);
        for (String candidate : ifNoneMatch.split(",", -1)) {
            String bare = candidate.strip();
            if (bare.equals("*") || bare.equals(tag) || bare.equals("W/" + tag)) {
                return true;
            }
        }
        return false;
    }

    private static String tag(Job job) {
        return "\"" + job.version() + "\"";
    }

    @Override
    public void onSweep(long nowNs) {
        Job shown = waitingWith;
        if (shown != null && !isSending && nowNs >= waitUntilNs) {
            send(shown);
        }
    }

    @Override
    void over() {
        super.over();
        watch.end();
    }

    private void send(Job job) {
        isSending = true;
        if (job.state() == JobState.QUEUED) {
            parts().reader().position(id(), orRefuse(position -> answer(job, position)));
        } else {
            answer(job, JobDocument.POSITION_UNKNOWN);
        }
    }

    private void answer(Job job, int position) {
        over();
        String seen = exchange().head().text(KnownHeader.IF_NONE_MATCH);
        if (seen != null && matches(seen, job)) {
            exchange().answerWhole(head(304, job, position), new byte[0]);
            return;
        }
        // Jobs of one ordering key wait for each other, however few are before them.
        long startMs = job.orderingKey() == null
                ? parts().estimate().startMs(job.queue(), position, System.currentTimeMillis())
                : 0;
        byte[] document = JobDocument.write(job, parts().settings().jobsPath(), position, startMs);
        boolean redirects = prefer.redirect() && job.state().isTerminal() && job.hasResult();
        ResponseHead head = head(redirects ? 303 : 200, job, position)
                .add("content-type", "application/json")
                .contentLength(document.length);
        if (redirects) {
            head.add("location", parts().settings().jobsPath() + "/" + id().text() + "/result");
        }
        exchange().answerWhole(head, document);
    }

    private ResponseHead head(int status, Job job, int position) {
        ResponseHead head = new ResponseHead()
                .begin(status)
                .add("etag", tag(job))
                .add("cache-control", "no-cache")
                .add("vary", "Prefer");
        if (prefer.waitSeconds() > 0) {
            head.add("preference-applied", "wait=" + Math.min(prefer.waitSeconds(), Prefer.WAIT_SECONDS_MAX));
        }
        if (!job.state().isTerminal()) {
            int seconds =
                    parts().drain().retryAfterSeconds(job, position, System.currentTimeMillis(), System.nanoTime());
            head.add("retry-after", Integer.toString(seconds));
        }
        return head;
    }
}
