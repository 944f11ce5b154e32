package io.forebay.perf.load;

import com.sun.management.OperatingSystemMXBean;
import io.forebay.perf.load.AnswerParser.MalformedAnswer;
import io.forebay.perf.load.Connection.State;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Sends requests from one thread and records when the answers are complete. What is spoken is each connection's
/// `Dialogue`; a *place* is room for one request on a connection.
///
/// *Closed loop*: each place is given its next request as soon as the answer is there; latency counts from the send.
/// *Paced*: request k is due at start + k / rate whatever the server does; a free place takes the oldest due request,
/// and latency counts from the moment it was due, so nothing is omitted while the server stalls ("coordinated
/// omission").
///
/// All connections are open before the clock starts, unless the plan has them opened by their requests: then latency
/// counts from before the connection. One run per instance, on the thread that calls `run`.
final class Generator implements AutoCloseable {
    private static final long SECOND_NS = 1_000_000_000L;
    private static final long SCAN_NS = 100_000_000L;
    private static final long OPENING_MAX_NS = 10 * SECOND_NS;
    private static final long GRACE_NS = SECOND_NS;
    /// After a connection that never answered, so that a dead server is not hammered.
    private static final long RETRY_NS = 10_000_000L;
    /// Connections being opened at a time before the run: stays under a listener's backlog.
    private static final int OPENING_MAX = 256;

    private static final int EVENTS_MAX = 256;
    private static final int RECEIVE_BYTES = 128 * 1024;

    /// Told when the measured window begins and ends, so that another process can read its clocks at these moments.
    interface WindowListener {
        void begins();

        void ends();

        /// The run is over and its connections are open, with nothing to do.
        void holds();
    }

    private enum Window {
        OPENING,
        WARM,
        MEASURED,
        GRACE,
        HELD,
        OVER
    }

    private final LoadPlan plan;
    private final WindowListener listener;
    private final Arena arena = Arena.ofConfined();
    private final Libc libc = new Libc(arena);
    private final RequestBook book;
    private final @Nullable TlsClient tls;
    private final Tally tally = new Tally();
    private final OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private final MemorySegment ciphertext = arena.allocate(RECEIVE_BYTES, 64);
    private final Received received = new Received(arena);
    private final MemorySegment events = arena.allocate((long) EVENTS_MAX * Libc.EPOLL_EVENT_BYTES, 64);
    private final MemorySegment interest = arena.allocate(16, 16);
    private final int epoll;

    private final Connection[] connections;
    /// Free places: a connection stands here once for each. Those without one stand here where requests open them.
    private final Deque<Connection> idle = new ArrayDeque<>();

    private final Deque<Connection> delayed = new ArrayDeque<>();
    private final Deque<Connection> toFlush = new ArrayDeque<>();
    private final boolean isAhead;
    private final boolean isEach;
    private Window window = Window.OPENING;
    private int opening;
    private int settled;
    private int inFlight;
    private long startNs;
    private long measuredFromNs;
    private long measuredToNs;
    private long overNs;
    private long scanNs;
    private long dueCount;
    private long cpuNs;
    private long heldToNs;
    private int held;

    /// @throws IOException when the tokens or certificates cannot be read
    Generator(LoadPlan plan, WindowListener listener) throws IOException {
        this.plan = plan;
        this.listener = listener;
        book = RequestBook.write(plan, arena);
        String alpn = plan.shape().protocol().isHttp2() ? "h2" : null;
        tls = plan.isTls() ? new TlsClient(plan.certificate(), plan.key(), alpn) : null;
        isAhead = plan.shape().connecting() == Connecting.AHEAD;
        isEach = plan.shape().connecting() == Connecting.EACH;
        connections = new Connection[plan.connections()];
        for (int i = 0; i < connections.length; i++) {
            connections[i] = new Connection(i, dialogue());
            if (tls != null) {
                connections[i].ciphertext = arena.allocate(TlsWire.UNSENT_BYTES, 64);
            }
        }
        epoll = libc.epollCreate();
        if (epoll < 0) {
            throw new IOException("epoll_create1: errno " + -epoll);
        }
    }

    private Dialogue dialogue() {
        LoadShape shape = plan.shape();
        return switch (shape.protocol()) {
            case HTTP1 -> new Http1Dialogue(book, received, plan.method().equals("HEAD"));
            case HTTP2, GRPC -> {
                boolean isGrpc = shape.protocol() == Protocol.GRPC;
                yield new Http2Dialogue(book, received, isGrpc, shape.streams(), arena);
            }
            case WEBSOCKET -> new WebSocketDialogue(plan, book, received, arena);
        };
    }

    LoadResult run() {
        libc.preparePrecisely();
        if (isAhead) {
            openAll();
        } else {
            idle.addAll(List.of(connections));
        }
        begin(System.nanoTime());
        while (window != Window.OVER) {
            turn();
        }
        return report();
    }

    // ---- the run and its windows

    private void openAll() {
        long sinceNs = System.nanoTime();
        scanNs = sinceNs + SCAN_NS;
        int next = 0;
        long nowNs = sinceNs;
        while (settled < connections.length && nowNs - sinceNs < OPENING_MAX_NS) {
            while (next < connections.length && opening < OPENING_MAX) {
                open(connections[next++], nowNs);
            }
            reopenDelayed(nowNs);
            poll(Math.min(scanNs - nowNs, RETRY_NS));
            nowNs = System.nanoTime();
            scan(nowNs);
        }
        while (next < connections.length) {
            open(connections[next++], nowNs);
        }
    }

    private void begin(long nowNs) {
        window = Window.WARM;
        startNs = nowNs;
        measuredFromNs = startNs + plan.warm().toNanos();
        measuredToNs = measuredFromNs + plan.measured().toNanos();
        if (!plan.isPaced()) {
            for (int ready = idle.size(); ready > 0; ready--) {
                start(idle.removeFirst(), nowNs, nowNs);
            }
            flush(nowNs);
        }
    }

    private void turn() {
        long nowNs = System.nanoTime();
        advance(nowNs);
        if (window == Window.OVER) {
            return;
        }
        if (plan.isPaced()) {
            sendDue(nowNs);
            flush(nowNs);
        }
        reopenDelayed(nowNs);
        scan(nowNs);
        poll(wakeNs() - nowNs);
    }

    private void advance(long nowNs) {
        if (window == Window.WARM && nowNs >= measuredFromNs) {
            beginMeasured();
        } else if (window == Window.MEASURED && (nowNs >= measuredToNs || isSpent())) {
            endMeasured();
        } else if (window == Window.WARM && isSpent()) {
            window = Window.OVER; // too few tokens to measure anything: zero requests say so
        } else if (window == Window.GRACE && (inFlight == 0 || nowNs >= overNs + GRACE_NS)) {
            hold(nowNs);
        } else if (window == Window.HELD && nowNs >= heldToNs) {
            held = (int) openConnections();
            window = Window.OVER;
        }
    }

    private void hold(long nowNs) {
        if (plan.shape().hold().isZero()) {
            window = Window.OVER;
            return;
        }
        window = Window.HELD;
        heldToNs = nowNs + plan.shape().hold().toNanos();
        listener.holds();
    }

    private long openConnections() {
        return Arrays.stream(connections).filter(c -> c.state == State.OPEN).count();
    }

    private boolean isSpent() {
        return book.isEnded() && inFlight == 0;
    }

    private void beginMeasured() {
        window = Window.MEASURED;
        listener.begins();
        cpuNs = system.getProcessCpuTime();
        if (!plan.isPaced()) {
            measuredFromNs = System.nanoTime();
            measuredToNs = measuredFromNs + plan.measured().toNanos();
        }
    }

    private void endMeasured() {
        overNs = System.nanoTime();
        cpuNs = system.getProcessCpuTime() - cpuNs;
        listener.ends();
        window = plan.isPaced() ? Window.GRACE : Window.OVER;
    }

    private LoadResult report() {
        if (plan.isPaced() && overNs > 0) {
            chargeUnanswered(System.nanoTime());
        }
        double seconds = overNs == 0 ? 0 : (overNs - measuredFromNs) / (double) SECOND_NS;
        double cpuShare = seconds == 0 ? 0 : cpuNs / (double) SECOND_NS / seconds;
        return tally.result(seconds, plan.tokens() == null ? 0 : book.size(), held, cpuShare);
    }

    private void chargeUnanswered(long nowNs) {
        for (Connection c : connections) {
            if (c.isClaimed) {
                charge(c.claimedNs, nowNs);
            }
            c.talk.unanswered(startNs -> charge(startNs, nowNs));
        }
        for (long due = dueNs(dueCount); due < measuredToNs && !book.isEnded(); due = dueNs(++dueCount)) {
            if (due >= measuredFromNs) {
                tally.scheduled();
                tally.unfinished(overNs - due);
            }
        }
    }

    private void charge(long requestNs, long nowNs) {
        if (requestNs >= measuredFromNs) {
            tally.unfinished(nowNs - requestNs);
        }
    }

    // ---- pacing

    private long dueNs(long request) {
        return startNs + (long) (request * (SECOND_NS / plan.requestsPerSecond()));
    }

    private void sendDue(long nowNs) {
        if (window != Window.WARM && window != Window.MEASURED) {
            return;
        }
        while (!idle.isEmpty() && !book.isEnded()) {
            long dueNs = dueNs(dueCount);
            if (dueNs > nowNs || dueNs >= measuredToNs) {
                return;
            }
            dueCount++;
            if (dueNs >= measuredFromNs) {
                tally.scheduled();
            }
            start(idle.removeFirst(), dueNs, nowNs);
        }
    }

    private long wakeNs() {
        long wake = scanNs;
        if (window == Window.WARM) {
            wake = Math.min(wake, measuredFromNs);
        } else if (window == Window.MEASURED) {
            wake = Math.min(wake, measuredToNs);
        }
        if (!delayed.isEmpty()) {
            wake = Math.min(wake, delayed.getFirst().dueNs);
        }
        if (plan.isPaced() && !idle.isEmpty() && (window == Window.WARM || window == Window.MEASURED)) {
            wake = Math.min(wake, dueNs(dueCount));
        }
        return wake;
    }

    // ---- events

    private void poll(long timeoutNs) {
        int count = libc.epollWait(epoll, events.address(), EVENTS_MAX, Math.max(timeoutNs, 0));
        if (count < 0 && count != -Libc.EINTR) {
            throw new IllegalStateException("epoll_pwait2: errno " + -count);
        }
        for (int i = 0; i < count; i++) {
            long at = (long) i * Libc.EPOLL_EVENT_BYTES;
            int ready = events.get(ValueLayout.JAVA_INT, at);
            long token = events.get(ValueLayout.JAVA_LONG_UNALIGNED, at + Libc.EPOLL_DATA_OFFSET);
            Connection c = connections[(int) (token >>> 32)];
            if (c.generation == (int) token) {
                handle(c, ready, System.nanoTime());
            }
        }
    }

    private void handle(Connection c, int ready, long nowNs) {
        switch (c.state) {
            case CONNECTING -> connected(c, nowNs);
            case HANDSHAKE -> shake(c, nowNs);
            case OPENING, OPEN -> {
                int generation = c.generation;
                if ((ready & Libc.EPOLLOUT) != 0) {
                    sendRest(c, nowNs);
                }
                if (generation == c.generation && (ready & ~Libc.EPOLLOUT) != 0) {
                    receive(c, nowNs);
                }
            }
            case CLOSED -> throw new IllegalStateException("an event of a closed connection");
        }
        flush(nowNs);
    }

    private void watch(Connection c, int wanted) {
        if (c.interest == wanted) {
            return;
        }
        interest.set(ValueLayout.JAVA_INT, 0, wanted);
        interest.set(ValueLayout.JAVA_LONG_UNALIGNED, Libc.EPOLL_DATA_OFFSET, c.eventToken());
        int operation = c.interest == 0 ? Libc.EPOLL_CTL_ADD : Libc.EPOLL_CTL_MOD;
        int answer = libc.epollControl(epoll, operation, c.fd, interest.address());
        if (answer < 0) {
            throw new IllegalStateException("epoll_ctl: errno " + -answer);
        }
        c.interest = wanted;
    }

    // ---- connections

    private void open(Connection c, long nowNs) {
        c.stepNs = nowNs;
        c.requests = 0;
        int fd = libc.connect(plan.target());
        if (fd < 0) {
            fail(c, ErrorKind.CONNECT, "errno " + -fd, nowNs);
            return;
        }
        c.fd = fd;
        c.interest = 0;
        c.state = State.CONNECTING;
        opening++;
        watch(c, Libc.EPOLLOUT);
    }

    private void connected(Connection c, long nowNs) {
        int outcome = libc.connectOutcome(c.fd);
        if (outcome < 0) {
            fail(c, ErrorKind.CONNECT, "errno " + -outcome, nowNs);
            return;
        }
        try {
            c.wire = tls == null || c.ciphertext == null
                    ? new PlainWire(libc, c.fd)
                    : new TlsWire(libc, c.fd, tls, ciphertext, c.ciphertext);
        } catch (IOException e) {
            fail(c, ErrorKind.TLS, String.valueOf(e.getMessage()), nowNs);
            return;
        }
        c.state = State.HANDSHAKE;
        shake(c, nowNs);
    }

    private void shake(Connection c, long nowNs) {
        Wire wire = wire(c);
        if (wire.hasUnsent() && wire.flush() == Wire.FAILED) {
            fail(c, ErrorKind.TLS, wire.fault(), nowNs);
            return;
        }
        int step = wire.handshake();
        if (step == Wire.FAILED) {
            fail(c, ErrorKind.TLS, wire.fault(), nowNs);
            return;
        }
        watch(c, wire.hasUnsent() ? Libc.EPOLLIN | Libc.EPOLLOUT : Libc.EPOLLIN);
        if (step > 0) {
            opening--;
            c.state = State.OPENING;
            c.talk.open();
            if (c.talk.isOpen()) {
                ready(c, nowNs);
            }
            queueFlush(c);
        }
    }

    private static Wire wire(Connection c) {
        if (c.wire == null) {
            throw new IllegalStateException("no connection in slot " + c.slot);
        }
        return c.wire;
    }

    private void close(Connection c) {
        if (c.state == State.CONNECTING || c.state == State.HANDSHAKE) {
            opening--;
        } else if (c.state == State.OPEN) {
            idle.removeIf(place -> place == c);
        }
        inFlight -= c.inFlight();
        c.isClaimed = false;
        c.talk.open(); // forgets what was in flight
        if (c.wire != null) {
            c.wire.close();
        } else if (c.fd >= 0) {
            libc.close(c.fd);
        }
        c.wire = null;
        c.fd = -1;
        c.generation++;
        c.state = State.CLOSED;
    }

    /// Another connection in the place of one that has ended as it may.
    private void reopen(Connection c, long nowNs) {
        close(c);
        if (window == Window.HELD) {
            return;
        }
        if (!isAhead) {
            offer(c, nowNs);
            return;
        }
        tally.reconnected();
        open(c, nowNs);
    }

    private void fail(Connection c, ErrorKind kind, String why, long nowNs) {
        tally.failed(kind, why);
        boolean isProven = c.requests > 0 && kind != ErrorKind.TIMEOUT;
        settle(c);
        if (isProven && !isEach) {
            reopen(c, nowNs);
        } else {
            close(c);
            c.dueNs = nowNs + RETRY_NS;
            delayed.addLast(c);
        }
    }

    private void settle(Connection c) {
        if (!c.isSettled) {
            c.isSettled = true;
            settled++;
        }
    }

    private void reopenDelayed(long nowNs) {
        while (!delayed.isEmpty() && delayed.getFirst().dueNs <= nowNs) {
            reopen(delayed.removeFirst(), nowNs);
        }
        flush(nowNs);
    }

    private void scan(long nowNs) {
        if (nowNs < scanNs) {
            return;
        }
        scanNs = nowNs + SCAN_NS;
        long timeoutNs = plan.timeout().toNanos();
        for (Connection c : connections) {
            boolean isConnecting = c.state != State.CLOSED && c.state != State.OPEN;
            if (nowNs - (isConnecting ? c.stepNs : c.talk.oldestNs()) > timeoutNs) {
                fail(c, ErrorKind.TIMEOUT, "no complete answer in time", nowNs);
            }
        }
    }

    // ---- requests and answers

    private void ready(Connection c, long nowNs) {
        c.state = State.OPEN;
        settle(c);
        if (!c.isClaimed) {
            for (int place = 0; place < c.talk.capacity() && c.state == State.OPEN; place++) {
                offer(c, nowNs);
            }
            return;
        }
        c.isClaimed = false;
        inFlight--;
        ask(c, c.claimedNs, nowNs);
    }

    /// A place is free.
    private void offer(Connection c, long nowNs) {
        if (window == Window.WARM || window == Window.MEASURED) {
            if (!plan.isPaced()) {
                start(c, nowNs, nowNs);
                return;
            }
            idle.addLast(c);
            sendDue(nowNs);
        } else {
            idle.addLast(c);
        }
    }

    private void start(Connection c, long latencyFromNs, long nowNs) {
        if (c.state == State.OPEN) {
            ask(c, latencyFromNs, nowNs);
            return;
        }
        if (book.isEnded()) {
            idle.addLast(c);
            return;
        }
        c.isClaimed = true;
        c.claimedNs = latencyFromNs;
        inFlight++;
        open(c, nowNs);
    }

    private void ask(Connection c, long latencyFromNs, long nowNs) {
        int request = book.next();
        if (request < 0) {
            idle.addLast(c);
            return;
        }
        c.talk.request(request, latencyFromNs, nowNs);
        inFlight++;
        queueFlush(c);
    }

    private void queueFlush(Connection c) {
        if (!c.isToFlush) {
            c.isToFlush = true;
            toFlush.addLast(c);
        }
    }

    /// One send for all that an event brought about on a connection.
    private void flush(long nowNs) {
        while (!toFlush.isEmpty()) {
            Connection c = toFlush.removeFirst();
            c.isToFlush = false;
            if (c.state == State.OPEN || c.state == State.OPENING) {
                sendRest(c, nowNs);
            }
        }
    }

    private void sendRest(Connection c, long nowNs) {
        Wire wire = wire(c);
        Dialogue talk = c.talk;
        int outcome = wire.hasUnsent() ? wire.flush() : 1;
        while (outcome > 0 && talk.unsentBytes() > 0) {
            outcome = wire.send(talk.unsentAddress(), talk.unsentBytes());
            if (outcome > 0) {
                talk.sent(outcome);
            }
        }
        if (outcome == Wire.FAILED) {
            fail(c, plan.isTls() ? ErrorKind.TLS : ErrorKind.CLOSED, wire.fault(), nowNs);
            return;
        }
        boolean isWaiting = talk.unsentBytes() > 0 || wire.hasUnsent();
        watch(c, isWaiting ? Libc.EPOLLIN | Libc.EPOLLOUT : Libc.EPOLLIN);
    }

    private void receive(Connection c, long nowNs) {
        Wire wire = wire(c);
        int count = wire.receive(received.address(), Received.CAPACITY_BYTES);
        if (count == Wire.AGAIN) {
            return;
        }
        if (count <= 0) {
            ended(c, count == Wire.FAILED, wire.fault(), nowNs);
            return;
        }
        try {
            c.talk.receive(count);
        } catch (MalformedAnswer e) {
            fail(c, ErrorKind.PARSE, String.valueOf(e.getMessage()), nowNs);
            return;
        }
        if (c.state == State.OPENING && c.talk.isOpen()) {
            ready(c, nowNs);
        }
        finishAll(c, nowNs);
        if (c.talk.unsentBytes() > 0) {
            queueFlush(c);
        }
    }

    private void ended(Connection c, boolean isFault, String fault, long nowNs) {
        if (!isFault && c.talk.end()) {
            finishAll(c, nowNs);
        } else if (c.inFlight() > 0 || c.requests == 0) {
            boolean isTlsFault = isFault && plan.isTls();
            String why = isFault ? fault : "closed before the answer was complete";
            fail(c, isTlsFault ? ErrorKind.TLS : ErrorKind.CLOSED, why, nowNs);
        } else {
            reopen(c, nowNs); // an idle connection was closed: no error
        }
    }

    private void finishAll(Connection c, long nowNs) {
        int generation = c.generation;
        while (generation == c.generation && c.talk.takeAnswer()) {
            finish(c, nowNs);
        }
    }

    private void finish(Connection c, long nowNs) {
        c.requests++;
        inFlight--;
        long startNs = c.talk.startNs();
        if (window == Window.MEASURED) {
            tally.answered(c.talk.status());
        }
        boolean isMeasured = plan.isPaced()
                ? (window == Window.MEASURED || window == Window.GRACE) && startNs >= measuredFromNs
                : window == Window.MEASURED;
        if (isMeasured) {
            tally.latency(nowNs - startNs);
        }
        if (isEach || c.talk.isLast()) {
            reopen(c, nowNs);
        } else {
            offer(c, nowNs);
        }
    }

    @Override
    public void close() {
        for (Connection c : connections) {
            if (c.state != State.CLOSED) {
                close(c);
            }
        }
        libc.close(epoll);
        if (tls != null) {
            tls.close();
        }
        arena.close();
    }
}
