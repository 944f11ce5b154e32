package io.forebay.gateway.offload;

import io.forebay.gateway.http.Exchange;
import io.forebay.gateway.http.ResponseHead;
import io.forebay.gateway.problem.ProblemCatalog;
import io.forebay.offload.Job;
import io.forebay.offload.JobId;
import io.forebay.offload.Outcome;
import io.forebay.offload.StoreRefusal;
import io.forebay.offload.Submitted;
import io.forebay.policy.offload.Prefer;
import java.util.concurrent.TimeUnit;

/// The answer to a submit whose job is on disk: 202, with the place where the job is. A client that prefers to wait a
/// while (`Prefer: respond-async, wait=N`, RFC 7240 section 4.3) is given the upstream's own answer if there is one
/// within that time.
///
/// The job's end, the end of the wait and a read of the store under way may each come first; whichever it is decides
/// the answer. A client that leaves has lost nothing: the job goes on. Owned by the exchange's loop.
final class SubmitAnswer extends PendingAnswer {
    private static final int CREATED = 201;

    private final JobParts parts;
    private final Submitted submitted;
    private final String why;
    private final Prefer prefer;
    private final int waitSeconds;
    private final long waitUntilNs;
    private final JobWatch watch;
    private Job latest;
    private boolean isReadingResult;

    /// @param why what is recorded of an exchange that is answered 202
    SubmitAnswer(Exchange exchange, JobParts parts, Submitted submitted, String why) {
        super(exchange);
        this.parts = parts;
        this.submitted = submitted;
        this.why = why;
        this.latest = submitted.job();
        this.watch = new JobWatch(this, parts, submitted.job().id(), this::onNews);
        this.prefer = Prefer.of(exchange.head());
        this.waitSeconds = prefer.respondAsync() ? Math.clamp(prefer.waitSeconds(), 0, Prefer.WAIT_SECONDS_MAX) : 0;
        this.waitUntilNs = exchange.startedNs() + TimeUnit.SECONDS.toNanos(waitSeconds);
    }

    void start() {
        onJob(submitted.job());
    }

    private JobId id() {
        return submitted.job().id();
    }

    private void onJob(Job job) {
        latest = job;
        if (isReadingResult) {
            return;
        }
        if (waitSeconds == 0 || System.nanoTime() >= waitUntilNs) {
            accept();
        } else if (job.state().isTerminal()) {
            end(job);
        } else if (!watch.await()) {
            accept();
        }
    }

    private void onNews(Outcome<Job> outcome) {
        switch (outcome) {
            case Outcome.Done<Job>(Job job) -> onJob(job);
            case Outcome.Refused<Job>(StoreRefusal.NotFound gone) -> refuse(ProblemCatalog.of(gone));
            case Outcome.Refused<Job> refused -> accept();
        }
    }

    private void end(Job job) {
        if (!StoredResult.isOf(job)) {
            accept();
            return;
        }
        isReadingResult = true;
        StoredResult.read(
                parts.reader(),
                job,
                outcome -> onLoop(() -> {
                    switch (outcome) {
                        case Outcome.Done<StoredResult>(StoredResult result) -> answer(result);
                        case Outcome.Refused<StoredResult> refused -> accept();
                    }
                }));
    }

    @Override
    public void onSweep(long nowNs) {
        if (waitSeconds > 0 && !isReadingResult && nowNs >= waitUntilNs) {
            accept();
        }
    }

    @Override
    void over() {
        super.over();
        watch.end();
    }

    private void answer(StoredResult result) {
        over();
        ResponseHead head = result.head();
        // Where the upstream's answer is about another place, or could be, that place is not the job's.
        boolean isAboutAPlace = result.status() == CREATED || result.status() / 100 == 3;
        if (!isAboutAPlace && result.field("location") == null) {
            head.add("location", location());
        }
        preferences(head);
        exchange().because("job-awaited");
        PartAnswer.whole(exchange(), head, result.body());
    }

    private void accept() {
        over();
        byte[] document = JobDocument.write(latest, parts.settings().jobsPath());
        ResponseHead head = new ResponseHead()
                .begin(202)
                .add("content-type", "application/json")
                .add("location", location())
                .add("retry-after", Integer.toString(retryAfterSeconds()))
                .add("cache-control", "no-store");
        preferences(head);
        head.contentLength(document.length);
        exchange().because(why);
        exchange().answerWhole(head, document);
    }

    private int retryAfterSeconds() {
        int before = (int) Math.min(Integer.MAX_VALUE, submitted.ahead() - 1);
        return parts.drain().retryAfterSeconds(latest, before, System.currentTimeMillis(), System.nanoTime());
    }

    private String location() {
        return parts.settings().jobsPath() + "/" + id().text();
    }

    private void preferences(ResponseHead head) {
        head.add("vary", "Prefer");
        if (prefer.respondAsync()) {
            head.add("preference-applied", waitSeconds == 0 ? "respond-async" : "respond-async, wait=" + waitSeconds);
        }
        switch (submitted.how()) {
            case ACCEPTED -> {}
            case REPLAYED -> head.add("idempotent-replayed", "true");
            case DEDUPLICATED -> head.add("forebay-deduplicated", "true");
        }
    }
}
