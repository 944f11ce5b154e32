package io.forebay.gateway.offload;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.forebay.gateway.http.Exchange;
import io.forebay.gateway.http.FieldLines;
import io.forebay.gateway.problem.ProblemCatalog;
import io.forebay.offload.Job;
import io.forebay.offload.LeaseKey;
import io.forebay.offload.Outcome;
import io.forebay.offload.StoreRefusal;
import io.forebay.policy.QueuePolicy;
import io.forebay.policy.Refusal;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The heartbeats of a worker with many leases of one queue in one call, a lease a line. Each is renewed, or its line
/// of the answer says why not; the call itself is answered 200. Owned by the exchange's loop.
final class LeaseBeats extends PendingAnswer {
    static final int LEASES_MAX = 500;
    /// The lease is one of another node's, which alone can say more.
    static final String ELSEWHERE = "lease-elsewhere";
    private static final int BODY_BYTES_MAX = 64 << 10;

    private final QueuePolicy queue;
    private final JobParts parts;
    private final CollectedBody body;
    private Beat[] beats = {};
    private int missing;

    /// What became of one lease.
    ///
    /// @param untilMs its new end, 0 if it was not renewed
    /// @param reason why not, or null
    record Beat(String lease, long untilMs, @Nullable String reason) {}

    private LeaseBeats(Exchange exchange, QueuePolicy queue, JobParts parts, Collecting collecting) {
        super(exchange);
        this.queue = queue;
        this.parts = parts;
        this.body = new CollectedBody(collecting);
    }

    static void start(Exchange exchange, QueuePolicy queue, JobParts parts, Collecting collecting) {
        LeaseBeats beats = new LeaseBeats(exchange, queue, parts, collecting);
        if (exchange.isRequestComplete()) {
            beats.onBodyEnd(null);
        } else {
            exchange.sendContinue();
        }
    }

    @Override
    public void onBody(ByteBuf in, int bytes) {
        if (isOver()) {
            in.skipBytes(bytes);
        } else if (body.size() + bytes > BODY_BYTES_MAX) {
            in.skipBytes(bytes);
            refuse(ProblemCatalog.of(new Refusal.BodyTooLarge(BODY_BYTES_MAX)));
        } else if (!body.take(in, bytes, BODY_BYTES_MAX)) {
            in.skipBytes(bytes);
            refuse(ProblemCatalog.of(new StoreRefusal.IntakePaused(0)));
        }
    }

    @Override
    public void onBodyEnd(@Nullable FieldLines trailers) {
        if (isOver()) {
            return;
        }
        List<String> leases = new String(body.whole(), ISO_8859_1)
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .toList();
        if (leases.isEmpty() || leases.size() > LEASES_MAX) {
            refuse(QueryParameters.invalid("a body of 1 to " + LEASES_MAX + " leases, one a line"));
            return;
        }
        beats = new Beat[leases.size()];
        missing = beats.length;
        for (int i = 0; i < beats.length; i++) {
            beat(i, leases.get(i));
        }
    }

    private void beat(int at, String lease) {
        LeaseKey key = LeaseKey.parse(lease).orElse(null);
        if (key == null) {
            is(at, new Beat(lease, 0, LeaseCall.STALE));
            return;
        }
        if (parts.settings().isElsewhere(key.job().shard())) {
            is(at, new Beat(lease, 0, ELSEWHERE));
            return;
        }
        parts.reader()
                .job(
                        key.job(),
                        outcome -> onLoop(() -> {
                            switch (outcome) {
                                case Outcome.Done<Job>(Job job) -> beat(at, lease, key, job);
                                case Outcome.Refused<Job>(StoreRefusal refusal) ->
                                    is(at, new Beat(lease, 0, reason(refusal)));
                            }
                        }));
    }

    private void beat(int at, String lease, LeaseKey key, Job job) {
        String stale = job.queue().equals(queue.id()) ? LeaseCall.staleReason(job, key) : LeaseCall.STALE;
        if (stale != null) {
            is(at, new Beat(lease, 0, stale));
            return;
        }
        parts.store()
                .heartbeat(
                        key,
                        queue.leaseTermMs(),
                        outcome -> onLoop(() -> is(
                                at,
                                switch (outcome) {
                                    case Outcome.Done<Long>(Long untilMs) -> new Beat(lease, untilMs, null);
                                    case Outcome.Refused<Long>(StoreRefusal refusal) ->
                                        new Beat(lease, 0, reason(refusal));
                                })));
    }

    private static String reason(StoreRefusal refusal) {
        return refusal instanceof StoreRefusal.NotFound
                ? LeaseCall.STALE
                : ProblemCatalog.of(refusal).reason();
    }

    private void is(int at, Beat beat) {
        beats[at] = beat;
        if (--missing == 0) {
            answerJson(LeaseDocument.beats(Arrays.asList(beats)));
        }
    }

    @Override
    void over() {
        super.over();
        body.drop();
    }
}
