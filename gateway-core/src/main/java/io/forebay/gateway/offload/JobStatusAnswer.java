package io.forebay.gateway.offload;

import io.forebay.gateway.http.Exchange;
import io.forebay.gateway.http.KnownHeader;
import io.forebay.gateway.http.ResponseHead;
import io.forebay.offload.Job;
import io.forebay.offload.JobId;
import io.forebay.offload.JobState;
import io.forebay.policy.offload.Prefer;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The status of a job, with its version as `ETag`; `If-None-Match` gives 304, and with `Prefer: wait=N` the answer
/// waits for a change (RFC 7240 section 4.3).
final class JobStatusAnswer extends JobAnswer {
    private static final int WAIT_SECONDS_MAX = 60;

    private final Prefer prefer;
    private final long waitUntilNs;
    private @Nullable Job waitingWith;
    private final Runnable wake = this::wake;

    JobStatusAnswer(Exchange exchange, JobId id, JobParts parts) {
        super(exchange, id, parts);
        this.prefer = Prefer.of(exchange.head());
        int seconds = Math.min(prefer.waitSeconds(), WAIT_SECONDS_MAX);
        this.waitUntilNs = exchange.startedNs() + TimeUnit.SECONDS.toNanos(Math.max(0, seconds));
    }

    private void wake() {
        onLoop(this::start);
    }

    @Override
    void onJob(Job job) {
        boolean mayWait = prefer.waitSeconds() > 0 && !job.state().isTerminal() && System.nanoTime() < waitUntilNs;
        boolean isNews = waitingWith != null && waitingWith.version() != job.version();
        if (!mayWait || isNews || (waitingWith == null && hasOtherVersion(job))) {
            send(job);
            return;
        }
        boolean isFirst = waitingWith == null;
        waitingWith = job;
        if (!parts().longPolls().add(id(), wake)) {
            waitingWith = null;
            send(job);
        } else if (isFirst) {
            // The job may have changed between the read and the registration.
            start();
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
        if (shown != null && nowNs >= waitUntilNs) {
            waitingWith = null;
            parts().longPolls().remove(id(), wake);
            send(shown);
        }
    }

    @Override
    public void onClientGone() {
        super.onClientGone();
        parts().longPolls().remove(id(), wake);
    }

    private void send(Job job) {
        parts().longPolls().remove(id(), wake);
        waitingWith = null;
        String seen = exchange().head().text(KnownHeader.IF_NONE_MATCH);
        if (seen != null && matches(seen, job)) {
            ResponseHead head = head(304, job);
            exchange().answerWhole(head, new byte[0]);
        } else if (job.state() == JobState.QUEUED) {
            parts().reader().position(id(), orRefuse(position -> sendDocument(job, position)));
        } else {
            sendDocument(job, JobDocument.POSITION_UNKNOWN);
        }
    }

    private void sendDocument(Job job, int position) {
        byte[] document = JobDocument.write(job, parts().settings().jobsPath(), position);
        ResponseHead head =
                head(200, job).add("content-type", "application/json").contentLength(document.length);
        exchange().answerWhole(head, document);
    }

    private ResponseHead head(int status, Job job) {
        ResponseHead head = new ResponseHead()
                .begin(status)
                .add("etag", tag(job))
                .add("cache-control", "no-cache")
                .add("vary", "Prefer");
        if (prefer.waitSeconds() > 0) {
            head.add("preference-applied", "wait=" + Math.min(prefer.waitSeconds(), WAIT_SECONDS_MAX));
        }
        if (!job.state().isTerminal()) {
            head.add("retry-after", "1");
        }
        return head;
    }
}
