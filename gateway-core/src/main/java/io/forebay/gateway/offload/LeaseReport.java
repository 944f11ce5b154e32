package io.forebay.gateway.offload;

import io.forebay.gateway.http.Exchange;
import io.forebay.gateway.http.FieldLines;
import io.forebay.gateway.problem.ProblemCatalog;
import io.forebay.gateway.problem.ProblemWriter;
import io.forebay.offload.Answer;
import io.forebay.offload.Completion;
import io.forebay.offload.Content;
import io.forebay.offload.Failure;
import io.forebay.offload.Job;
import io.forebay.offload.JobEvent;
import io.forebay.offload.LeaseKey;
import io.forebay.offload.StoreRefusal;
import io.forebay.policy.QueuePolicy;
import io.forebay.policy.Refusal;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What a worker says of its lease: that it goes on, or how the attempt ended. A body is what it made: the job's
/// result, or what is kept of a failed attempt. The report counts once it is answered; before, the worker may say it
/// again.
final class LeaseReport extends LeaseCall implements ArrivingBody.Owner {
    private static final Pattern REASON = Pattern.compile("[a-z0-9][a-z0-9-]{0,63}");
    private static final int DELAY_SECONDS_MAX = (int) TimeUnit.DAYS.toSeconds(1);

    private final Verb verb;
    private final ArrivingBody body;
    private final Parameters parameters;
    private long bodyBytesMax;
    /// The lease was looked up, or need not be before the body has come.
    private boolean isChecked;
    private boolean isWhole;
    private Content content = Content.nothing();

    enum Verb {
        /// The worker is alive: the lease gets a new term. It may say how far it is.
        HEARTBEAT,
        /// The body is some more of the answer.
        PARTIAL,
        /// The job is done; the body is its result.
        COMPLETE,
        /// The attempt failed; `retry=false` leaves no other.
        FAIL,
        /// The worker gives the job back unharmed, to run again after `after` seconds.
        RELEASE,
        /// The job is not to be tried again.
        DEAD_LETTER;

        boolean hasResult() {
            return this == COMPLETE || this == FAIL || this == DEAD_LETTER;
        }

        static @Nullable Verb of(String text) {
            for (Verb verb : values()) {
                if (verb.name().toLowerCase(Locale.ROOT).replace('_', '-').equals(text)) {
                    return verb;
                }
            }
            return null;
        }
    }

    /// What stands in the query.
    ///
    /// @param status of the answer that is kept
    /// @param delayMs the least wait before the next attempt
    /// @param events how many the job has, as far as the worker knows, or -1
    private record Parameters(
            int status,
            String reason,
            boolean isRetryable,
            long delayMs,
            int events,
            JobEvent.@Nullable Progress progress) {}

    private LeaseReport(
            Exchange exchange, LeaseKey key, Verb verb, Parameters parameters, JobParts parts, Collecting collecting) {
        super(exchange, key, parts);
        this.verb = verb;
        this.parameters = parameters;
        this.bodyBytesMax = verb.hasResult() ? Content.IN_MEMORY_BYTES_MAX : JobEvent.AT_ONCE_BYTES_MAX;
        this.body = new ArrivingBody(
                parts.spool(), collecting, exchange.loop().eventLoop(), true, new CollectedBody(collecting), this);
    }

    /// Begins, or refuses what the query asks for.
    static void start(Exchange exchange, LeaseKey key, Verb verb, JobParts parts, Collecting collecting) {
        QueryParameters query = QueryParameters.of(exchange.head());
        boolean isDone = verb == Verb.COMPLETE;
        Integer status = isDone ? query.integer("status", 200, 200, 399) : query.integer("status", 500, 400, 599);
        Integer after = query.integer("after", 0, 0, DELAY_SECONDS_MAX);
        String reason = query.text("reason", "worker-failed");
        Integer percent = query.integer("percent", JobEvent.Progress.UNKNOWN, 0, 100);
        Integer events = query.integer("events", -1, 0, JobEvent.EVENTS_MAX);
        String message = query.text("message", "");
        String expected = null;
        if (status == null) {
            expected = isDone ? "status is 200 to 399" : "status is 400 to 599";
        } else if (after == null) {
            expected = "after is 0 to " + DELAY_SECONDS_MAX + " seconds";
        } else if (!REASON.matcher(reason).matches()) {
            expected = "reason is 1 to 64 lower-case letters, digits and hyphens";
        } else if (percent == null) {
            expected = "percent is 0 to 100";
        } else if (message.length() > JobEvent.Progress.MESSAGE_CHARS_MAX) {
            expected = "message is at most " + JobEvent.Progress.MESSAGE_CHARS_MAX + " characters";
        } else if (events == null) {
            expected = "events is 0 to " + JobEvent.EVENTS_MAX;
        }
        if (status == null || after == null || percent == null || events == null || expected != null) {
            ProblemWriter.answer(exchange, QueryParameters.invalid(String.valueOf(expected)));
            return;
        }
        boolean isRetryable = verb == Verb.FAIL && !query.text("retry", "true").equals("false");
        boolean saysProgress = percent != JobEvent.Progress.UNKNOWN || !message.isEmpty();
        Parameters parameters = new Parameters(
                status,
                reason,
                isRetryable,
                TimeUnit.SECONDS.toMillis(after),
                events,
                saysProgress ? new JobEvent.Progress(percent, message) : null);
        LeaseReport report = new LeaseReport(exchange, key, verb, parameters, parts, collecting);
        report.isChecked = exchange.isRequestComplete() || !report.mayBeLarge();
        if (exchange.isRequestComplete()) {
            report.onBodyEnd(null);
        } else if (report.isChecked) {
            exchange.sendContinue();
        } else {
            // Only who holds the lease may fill the disk.
            exchange.readBody(false);
            report.start();
        }
    }

    private boolean mayBeLarge() {
        long announced = exchange().head().contentLength();
        return verb.hasResult() && (announced < 0 || announced > Content.IN_MEMORY_BYTES_MAX);
    }

    @Override
    public void onBody(ByteBuf in, int bytes) {
        if (isOver()) {
            in.skipBytes(bytes);
        } else if (body.size() + bytes > bodyBytesMax) {
            in.skipBytes(bytes);
            refuse(ProblemCatalog.of(new Refusal.BodyTooLarge(bodyBytesMax)));
        } else {
            long announced = exchange().head().contentLength();
            body.take(in, bytes, announced < 0 ? bodyBytesMax : Math.min(announced, bodyBytesMax));
        }
    }

    @Override
    public void read(boolean isOn) {
        exchange().readBody(isOn);
    }

    @Override
    public void lost(StoreRefusal refusal) {
        exchange().readBody(true);
        refuse(ProblemCatalog.of(refusal));
    }

    @Override
    public void onBodyEnd(@Nullable FieldLines trailers) {
        if (!isOver()) {
            body.finish(whole -> {
                content = whole;
                isWhole = true;
                if (isChecked) {
                    startUnread();
                }
            });
        }
    }

    /// The lease holds: the body may come, as long as its queue says.
    private void read(@Nullable QueuePolicy queue) {
        isChecked = true;
        bodyBytesMax =
                queue == null ? Content.IN_MEMORY_BYTES_MAX : queue.limits().maxResultBytes();
        exchange().readBody(true);
        exchange().sendContinue();
    }

    @Override
    void over() {
        super.over();
        body.drop();
        parts().spool().discard(offer());
    }

    /// What came, once.
    private Content offer() {
        Content whole = content;
        content = Content.nothing();
        return whole;
    }

    @Override
    void onLease(@Nullable QueuePolicy queue) {
        if (!isWhole) {
            read(queue);
            return;
        }
        switch (verb) {
            case HEARTBEAT -> {
                long termMs = queue == null ? QueuePolicy.LEASE_TERM_DEFAULT_MS : queue.leaseTermMs();
                heartbeat(termMs, parameters.progress());
            }
            case PARTIAL -> partial();
            case COMPLETE -> {
                Answer answer = answer();
                parts().store().complete(key(), answer, discarding(answer.body(), this::ended));
            }
            case FAIL, DEAD_LETTER -> {
                Failure failure = failure();
                Answer answer = failure.answer();
                Content body = answer == null ? Content.nothing() : answer.body();
                parts().store().fail(key(), failure, discarding(body, this::ended));
            }
            case RELEASE -> parts().store().release(key(), parameters.delayMs(), orStale(this::ended));
        }
    }

    private Completion<Job> discarding(Content offered, Consumer<Job> next) {
        return Offered.discarding(parts().spool(), offered, orStale(next));
    }

    private void partial() {
        if (offer() instanceof Content.InMemory(byte[] bytes)) {
            JobEvent.Partial event = new JobEvent.Partial(bytes);
            parts().store().emit(key(), parameters.events(), List.of(event), orStale(this::emitted));
        }
    }

    /// What the worker says of its progress is on disk before the lease goes on, or is not kept; the lease goes on all
    /// the same.
    private void heartbeat(long termMs, JobEvent.@Nullable Progress progress) {
        if (progress == null) {
            parts().store().heartbeat(key(), termMs, orStale(this::renewed));
        } else {
            parts().store()
                    .emit(key(), parameters.events(), List.of(progress), _ -> onLoop(() -> heartbeat(termMs, null)));
        }
    }

    private Failure failure() {
        return new Failure(
                parameters.reason(),
                parameters.isRetryable(),
                parameters.delayMs(),
                false,
                false,
                content.bytes() == 0 ? null : answer());
    }

    private Answer answer() {
        StringBuilder lines = new StringBuilder();
        ContentFields.forEach(
                exchange().head().fields(),
                (name, value) -> lines.append(name).append(": ").append(value).append("\r\n"));
        return new Answer(
                parameters.status(), lines.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1), offer());
    }

    private void renewed(long untilMs) {
        answerJson(LeaseDocument.renewed(key().text(), untilMs));
    }

    private void emitted(int events) {
        answerJson(LeaseDocument.emitted(key().text(), events));
    }

    private void ended(Job job) {
        parts().leasedJobs().ended(job.id());
        answerJson(JobDocument.write(job, parts().settings().jobsPath()));
    }
}
