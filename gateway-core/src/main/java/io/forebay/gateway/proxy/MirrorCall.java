package io.forebay.gateway.proxy;

import static java.util.Objects.requireNonNull;

import io.forebay.gateway.http.BodyTap;
import io.forebay.gateway.http.Deadlines;
import io.forebay.gateway.http.Exchange;
import io.forebay.gateway.http.JobExchange;
import io.forebay.gateway.http.LoopContext;
import io.forebay.gateway.http.Malformed;
import io.forebay.gateway.http.RequestHandler;
import io.forebay.gateway.http.ResponseHead;
import io.forebay.gateway.http.StoredHead;
import io.forebay.gateway.proxy.MirrorCounts.Outcome;
import io.forebay.mesh.UpstreamFailure;
import io.forebay.policy.PolicySnapshot;
import io.forebay.policy.route.HeaderEdits;
import io.forebay.policy.route.UrlRewrite;
import io.netty.buffer.ByteBuf;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One copy of a request: collects the body while it passes, calls the mirror through an exchange without a client, and
/// throws the answer away. It takes nothing from the exchange that it copies once the body has ended, and is in neither
/// the access log nor the requests' meters. Owned by its loop; ends once.
final class MirrorCall implements BodyTap, CallListener, Deadlines.Timed {
    private static final Logger LOG = System.getLogger(MirrorCall.class.getName());

    /// A longer body is not copied.
    static final int BODY_BYTES_MAX = 64 << 10;

    /// How long a copy may take at most: a mirror that hangs must not take the place of others for long.
    static final long CALL_NS_MAX = TimeUnit.SECONDS.toNanos(15);

    private static final byte[] NOTHING = {};

    private final LoopMirrors owner;
    private final LoopUpstreams upstreams;
    private final LoopContext loop;
    private final String backend;
    private final HeaderEdits edits;
    private @Nullable Exchange original;
    private @Nullable JobExchange copy;
    private byte[] body = NOTHING;
    private int size;
    private int deadlineSlot = Deadlines.NONE;
    private boolean isOver;

    MirrorCall(LoopMirrors owner, LoopUpstreams upstreams, Exchange original, String backend, HeaderEdits edits) {
        this.owner = owner;
        this.upstreams = upstreams;
        this.loop = original.loop();
        this.original = original;
        this.backend = backend;
        this.edits = edits;
    }

    // ---- the request passes

    @Override
    public void onBody(ByteBuf in, int bytes) {
        if (isOver) {
            return;
        }
        if (bytes > BODY_BYTES_MAX - size) {
            end(Outcome.TOO_LARGE);
            return;
        }
        if (body.length - size < bytes) {
            body = Arrays.copyOf(body, Math.min(BODY_BYTES_MAX, Math.max(size + bytes, 2 * body.length)));
        }
        in.getBytes(in.readerIndex(), body, size, bytes);
        size += bytes;
    }

    @Override
    public void onBodyLost() {
        end(Outcome.CUT_OFF);
    }

    /// Copies what is left to copy; the call itself waits for its turn on the loop.
    @Override
    public void onBodyEnd() {
        if (isOver) {
            return;
        }
        Exchange asked = requireNonNull(original);
        original = null;
        String head = StoredHead.write(asked.head(), asked.trace(), List.of(), "", true, true, size);
        PolicySnapshot snapshot = asked.snapshot();
        UrlRewrite rewrite = asked.rewrite();
        JobExchange exchange = JobExchange.of(
                loop,
                new Unheard(),
                asked.connection().peer().address(),
                asked.connection().isTls(),
                asked.connection().port(),
                new Discarded());
        copy = exchange;
        loop.eventLoop().execute(() -> call(exchange, snapshot, head, rewrite));
    }

    private void call(JobExchange exchange, PolicySnapshot snapshot, String head, @Nullable UrlRewrite rewrite) {
        try {
            exchange.begin(snapshot, StoredHead.read(head.getBytes(StandardCharsets.ISO_8859_1)));
            exchange.exchange().rewrite(rewrite);
            loop.deadlines().add(this);
            byte[] whole = Arrays.copyOf(body, size);
            upstreams.call(exchange.exchange(), backend, edits, CALL_NS_MAX, CALL_NS_MAX, this);
            exchange.sendBody(whole.length, (from, piece) -> piece.accept(whole));
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "a copy for " + backend + " failed", e);
            end(Outcome.FAILED);
        }
    }

    @Override
    public void onFailure(Exchange exchange, UpstreamFailure failure) {
        end(Outcome.FAILED);
    }

    private void end(Outcome outcome) {
        if (isOver) {
            return;
        }
        isOver = true;
        original = null;
        body = NOTHING;
        loop.deadlines().remove(this);
        JobExchange ended = copy;
        if (ended != null) {
            ended.cancel();
        }
        owner.ended(outcome);
    }

    @Override
    public void onSweep(long nowNs) {
        JobExchange calling = copy;
        if (calling != null) {
            calling.onSweep(nowNs);
        }
    }

    @Override
    public int deadlineSlot() {
        return deadlineSlot;
    }

    @Override
    public void deadlineSlot(int slot) {
        deadlineSlot = slot;
    }

    /// The answer, which nobody gets.
    private final class Discarded implements JobExchange.AnswerKeeper {
        @Override
        public void onHead(ResponseHead head, boolean hasBody) {}

        @Override
        public void onBody(ByteBuf in, int bytes) {
            in.skipBytes(bytes);
        }

        @Override
        public void onEnd() {
            end(Outcome.SENT);
        }

        @Override
        public boolean isWritable() {
            return true;
        }
    }

    /// Stands where an edge has the pipeline; the end of a copy's exchange is nobody's business.
    private static final class Unheard implements RequestHandler {
        @Override
        public void onRequest(Exchange exchange) {
            throw new IllegalStateException("a copy asks nothing of the pipeline");
        }

        @Override
        public void onMalformed(Exchange exchange, Malformed reason) {
            throw new IllegalStateException("a copy asks nothing of the pipeline");
        }

        @Override
        public void onHeadTimeout(Exchange exchange) {
            throw new IllegalStateException("a copy asks nothing of the pipeline");
        }

        @Override
        public void onEnd(Exchange exchange) {}
    }
}
