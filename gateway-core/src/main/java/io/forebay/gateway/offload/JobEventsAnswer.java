package io.forebay.gateway.offload;

import io.forebay.gateway.http.Exchange;
import io.forebay.gateway.http.ResponseHead;
import io.forebay.gateway.problem.Problem;
import io.forebay.gateway.problem.ProblemCatalog;
import io.forebay.gateway.problem.ProblemType;
import io.forebay.gateway.problem.ProblemWriter;
import io.forebay.offload.EventPage;
import io.forebay.offload.Job;
import io.forebay.offload.JobId;
import io.forebay.offload.Outcome;
import io.forebay.offload.StoreRefusal;
import io.forebay.policy.ByteSpan;
import io.forebay.policy.HeaderName;
import io.netty.buffer.Unpooled;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// Follows a job: its durable events from where the client left off (`Last-Event-ID`), how it stands, and its end.
/// Whatever is sent was read from the store, a page at a time and not before the client took the page before, so that a
/// client that lags, or one that comes after a restart, is told the same as one that kept up.
///
/// A change of the job, a page from the store, the client's taking and its leaving may come in any order. Owned by the
/// exchange's loop.
final class JobEventsAnswer extends JobAnswer {
    private static final HeaderName LAST_EVENT_ID = HeaderName.of("last-event-id");
    private static final int PAGE_EVENTS = 256;
    private static final long SILENCE_NS = TimeUnit.SECONDS.toNanos(15);
    private static final long LISTENER_SILENCE_NS = TimeUnit.SECONDS.toNanos(1);

    private final EventFrames frames = new EventFrames();
    private final Runnable wake = this::wake;
    private EventId last;
    private String shown = "";
    private long sentNs;
    private long silenceNs = SILENCE_NS;
    private boolean isBegun;
    private boolean isRegistered;
    private boolean isReading;
    private boolean isStale;

    private JobEventsAnswer(Exchange exchange, JobId id, JobParts parts, EventId last) {
        super(exchange, id, parts);
        this.last = last;
    }

    /// Begins, or refuses what the client wants to resume.
    static void start(Exchange exchange, JobId id, JobParts parts) {
        long field = exchange.head().header(LAST_EVENT_ID);
        String text = ByteSpan.isPresent(field) ? exchange.head().text(field) : "";
        if (text.equals(EventId.END)) {
            // Tells an EventSource not to come again.
            exchange.answerWhole(new ResponseHead().begin(204).add("cache-control", "no-store"), new byte[0]);
            return;
        }
        Optional<EventId> last = text.isEmpty() ? Optional.of(EventId.BEGINNING) : EventId.parse(text);
        if (last.isEmpty()) {
            ProblemWriter.answer(
                    exchange, QueryParameters.invalid("Last-Event-ID is the id of an event of this job, or absent"));
            return;
        }
        new JobEventsAnswer(exchange, id, parts, last.get()).start();
    }

    @Override
    void onJob(Job job) {
        read();
    }

    /// In line before reading: an event that is kept in between is not missed.
    private void read() {
        if (!isRegistered) {
            isRegistered = parts().followers().add(id(), wake);
        }
        if (!isRegistered) {
            leave();
            return;
        }
        isReading = true;
        isStale = false;
        parts().reader().events(id(), last.number() + 1, PAGE_EVENTS, outcome -> onLoop(() -> onPage(outcome)));
    }

    private void wake() {
        onLoop(() -> {
            isRegistered = false;
            if (isReading || (isBegun && !exchange().isWritable())) {
                isStale = true;
            } else {
                read();
            }
        });
    }

    /// Nothing is read while a page is sent, which may itself make the client writable.
    private void onPage(Outcome<EventPage> outcome) {
        switch (outcome) {
            case Outcome.Done<EventPage>(EventPage page) -> {
                begin();
                if (!isOver()) {
                    send(page);
                    isReading = false;
                    goOn(page);
                }
            }
            case Outcome.Refused<EventPage>(StoreRefusal refusal) -> {
                if (!isBegun) {
                    refuse(ProblemCatalog.of(refusal));
                } else if (refusal.mayPass()) {
                    isReading = false;
                    isStale = true;
                } else {
                    leave();
                }
            }
        }
    }

    private void begin() {
        if (isBegun) {
            return;
        }
        isBegun = true;
        ResponseHead head = new ResponseHead()
                .begin(200)
                .add("content-type", "text/event-stream")
                .add("cache-control", "no-store");
        if (exchange().head().isHead()) {
            over();
            exchange().answerWhole(head, new byte[0]);
        } else {
            exchange().answer(head, true);
        }
    }

    private void send(EventPage page) {
        if (!page.job().state().isTerminal()) {
            showState(page.job());
        }
        for (EventPage.Entry entry : page.entries()) {
            restart(entry.epoch(), entry.attempt());
            frames.event(entry);
            last = new EventId(entry.epoch(), entry.number());
        }
        if (isEnd(page)) {
            frames.end(document(page.job()));
        }
        write(frames.take());
    }

    private void goOn(EventPage page) {
        if (isOver()) {
            return;
        }
        if (isEnd(page)) {
            end();
            return;
        }
        isStale |= !page.entries().isEmpty();
        readIfStale();
    }

    private static boolean isEnd(EventPage page) {
        return page.entries().isEmpty() && page.job().state().isTerminal();
    }

    private void showState(Job job) {
        String now = job.state() + " " + job.attempts().made();
        if (!now.equals(shown)) {
            shown = now;
            frames.state(document(job));
        }
    }

    private byte[] document(Job job) {
        return JobDocument.write(job, parts().settings().jobsPath());
    }

    /// Another lease means another attempt: what was sent of the answer is void.
    private void restart(int epoch, int attempt) {
        if (last.epoch() != epoch && last.number() >= 0) {
            last = new EventId(epoch, last.number());
            frames.restarted(last, attempt);
        }
    }

    private void write(byte[] bytes) {
        if (bytes.length > 0) {
            sentNs = System.nanoTime();
            exchange().answerBody(Unpooled.wrappedBuffer(bytes), bytes.length);
        }
        exchange().flush();
    }

    private void end() {
        over();
        exchange().answerEnd(null);
        exchange().flush();
    }

    /// The client is to come again: the gateway ends, or too many follow jobs already.
    private void leave() {
        if (!isBegun) {
            refuse(Problem.of(ProblemType.STORE_BUSY, "too-many-followers").with("retry-after", "1"));
            return;
        }
        write(EventFrames.COME_BACK);
        end();
    }

    /// A client that only listens takes what is sent now and then; one that has gone is found out by it.
    @Override
    public void onInputClosed() {
        silenceNs = LISTENER_SILENCE_NS;
    }

    @Override
    public void onClientWritable() {
        readIfStale();
    }

    @Override
    public void onSweep(long nowNs) {
        if (!isBegun) {
            return;
        }
        if (exchange().isWritable() && nowNs - sentNs > silenceNs) {
            write(EventFrames.KEEP_ALIVE);
            // The store may have been opened again, with more in it than anybody was told of.
            isStale = true;
        }
        readIfStale();
    }

    private void readIfStale() {
        if (isBegun && isStale && !isReading && !isOver() && exchange().isWritable()) {
            read();
        }
    }

    @Override
    void over() {
        super.over();
        if (isRegistered) {
            isRegistered = false;
            parts().followers().remove(id(), wake);
        }
    }
}
