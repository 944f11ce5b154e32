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
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/// Sends requests over keep-alive connections from one thread and records when the answers are complete.
///
/// *Closed loop*: each connection sends its next request as soon as the answer is there; latency counts from the send.
/// *Paced*: request k is due at start + k / rate whatever the server does; a free connection takes the oldest due
/// request,
/// and latency counts from the moment it was due, so nothing is omitted while the server stalls ("coordinated
/// omission").
///
/// All connections are open before the clock starts. One run per instance, on the thread that calls `run`.
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
    private static final int PLAIN_BYTES = RECEIVE_BYTES + 32 * 1024;

    /// Told when the measured window begins and ends, so that another process can read its clocks at these moments.
    interface WindowListener {
        void begins();

        void ends();
    }

    private enum Window {
        OPENING,
        WARM,
        MEASURED,
        GRACE,
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

    private final MemorySegment received = arena.allocate(RECEIVE_BYTES, 64);
    private final MemorySegment plain = arena.allocate(PLAIN_BYTES, 64);
    private final MemorySegment events = arena.allocate((long) EVENTS_MAX * Libc.EPOLL_EVENT_BYTES, 64);
    private final MemorySegment interest = arena.allocate(16, 16);
    private final byte[] bytes = new byte[PLAIN_BYTES];
    private final int epoll;

    private final Connection[] connections;
    private final Deque<Connection> idle = new ArrayDeque<>();
    private final Deque<Connection> delayed = new ArrayDeque<>();

    private final boolean isHead;
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

    /// @throws IOException when the tokens or certificates cannot be read
    Generator(LoadPlan plan, WindowListener listener) throws IOException {
        this.plan = plan;
        this.listener = listener;
        book = RequestBook.write(plan, arena);
        tls = plan.isTls() ? new TlsClient(plan.certificate(), plan.key()) : null;
        isHead = plan.method().equals("HEAD");
        connections = new Connection[plan.connections()];
        for (int i = 0; i < connections.length; i++) {
            connections[i] = new Connection(i);
            if (tls != null) {
                connections[i].ciphertext = arena.allocate(TlsWire.UNSENT_BYTES, 64);
            }
        }
        epoll = libc.epollCreate();
        if (epoll < 0) {
            throw new IOException("epoll_create1: errno " + -epoll);
        }
    }

    LoadResult run() {
        libc.preparePrecisely();
        openAll();
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
            window = Window.OVER;
        }
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
        return tally.result(seconds, plan.tokens() == null ? 0 : book.size(), cpuShare);
    }

    private void chargeUnanswered(long nowNs) {
        for (Connection c : connections) {
            if (c.state == State.BUSY && c.startNs >= measuredFromNs) {
                tally.unfinished(nowNs - c.startNs);
            }
        }
        for (long due = dueNs(dueCount); due < measuredToNs && !book.isEnded(); due = dueNs(++dueCount)) {
            if (due >= measuredFromNs) {
                tally.scheduled();
                tally.unfinished(overNs - due);
            }
        }
    }

    // ---- pacing

    private long dueNs(long request) {
        return startNs + (long) (request * (SECOND_NS / plan.requestsPerSecond()));
    }

    private void sendDue(long nowNs) {
        if (window == Window.GRACE || window == Window.OVER) {
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
            case READY, BUSY -> {
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
                    : new TlsWire(libc, c.fd, tls, received, c.ciphertext);
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
            c.state = State.READY;
            ready(c, nowNs);
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
        } else if (c.state == State.BUSY) {
            inFlight--;
        } else if (c.state == State.READY) {
            idle.remove(c);
        }
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

    private void reopen(Connection c, long nowNs) {
        close(c);
        tally.reconnected();
        open(c, nowNs);
    }

    private void fail(Connection c, ErrorKind kind, String why, long nowNs) {
        tally.failed(kind, why);
        boolean isProven = c.requests > 0 && kind != ErrorKind.TIMEOUT;
        settle(c);
        if (isProven) {
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
            tally.reconnected();
            open(delayed.removeFirst(), nowNs);
        }
    }

    private void scan(long nowNs) {
        if (nowNs < scanNs) {
            return;
        }
        scanNs = nowNs + SCAN_NS;
        long timeoutNs = plan.timeout().toNanos();
        for (Connection c : connections) {
            boolean isWaiting = c.state != State.CLOSED && c.state != State.READY;
            if (isWaiting && nowNs - c.stepNs > timeoutNs) {
                fail(c, ErrorKind.TIMEOUT, "no complete answer in time", nowNs);
            }
        }
    }

    // ---- requests and answers

    private void ready(Connection c, long nowNs) {
        settle(c);
        if (window == Window.OPENING || plan.isPaced()) {
            idle.addLast(c);
            if (window != Window.OPENING) {
                sendDue(nowNs);
            }
        } else {
            start(c, nowNs, nowNs);
        }
    }

    private void start(Connection c, long latencyFromNs, long nowNs) {
        int request = book.next();
        if (request < 0) {
            idle.addLast(c);
            return;
        }
        c.startNs = latencyFromNs;
        c.stepNs = nowNs;
        c.sendAddress = book.address(request);
        c.sendLeft = book.lengthBytes(request);
        c.answer.begin(isHead);
        c.state = State.BUSY;
        inFlight++;
        sendRest(c, nowNs);
    }

    private void sendRest(Connection c, long nowNs) {
        Wire wire = wire(c);
        int outcome = wire.hasUnsent() ? wire.flush() : 1;
        while (outcome > 0 && c.sendLeft > 0) {
            outcome = wire.send(c.sendAddress, c.sendLeft);
            if (outcome > 0) {
                c.sendAddress += outcome;
                c.sendLeft -= outcome;
            }
        }
        if (outcome == Wire.FAILED) {
            fail(c, plan.isTls() ? ErrorKind.TLS : ErrorKind.CLOSED, wire.fault(), nowNs);
            return;
        }
        boolean isWaiting = c.sendLeft > 0 || wire.hasUnsent();
        watch(c, isWaiting ? Libc.EPOLLIN | Libc.EPOLLOUT : Libc.EPOLLIN);
    }

    private void receive(Connection c, long nowNs) {
        Wire wire = wire(c);
        int count = wire.receive(plain.address(), PLAIN_BYTES);
        if (count == Wire.AGAIN) {
            return;
        }
        if (count <= 0) {
            ended(c, count == Wire.FAILED, wire.fault(), nowNs);
            return;
        }
        if (c.state != State.BUSY) {
            fail(c, ErrorKind.PARSE, "data without a request", nowNs);
            return;
        }
        try {
            feed(c.answer, count);
        } catch (MalformedAnswer e) {
            fail(c, ErrorKind.PARSE, String.valueOf(e.getMessage()), nowNs);
            return;
        }
        if (c.answer.isDone()) {
            finish(c, nowNs);
        }
    }

    private void feed(AnswerParser answer, int count) throws MalformedAnswer {
        int skipped = (int) Math.min(answer.skippable(), count);
        if (skipped > 0) {
            answer.skip(skipped);
        }
        if (skipped < count) {
            MemorySegment.copy(plain, ValueLayout.JAVA_BYTE, skipped, bytes, 0, count - skipped);
            answer.feed(bytes, 0, count - skipped);
        }
    }

    private void ended(Connection c, boolean isFault, String fault, long nowNs) {
        if (!isFault && c.state == State.BUSY && c.answer.endsWithStream()) {
            finish(c, nowNs);
        } else if (c.state == State.BUSY || c.requests == 0) {
            boolean isTlsFault = isFault && plan.isTls();
            String why = isFault ? fault : "closed before the answer was complete";
            fail(c, isTlsFault ? ErrorKind.TLS : ErrorKind.CLOSED, why, nowNs);
        } else {
            reopen(c, nowNs); // an idle connection was closed: no error
        }
    }

    private void finish(Connection c, long nowNs) {
        c.requests++;
        if (window == Window.MEASURED) {
            tally.answered(c.answer.status());
        }
        boolean isMeasured = plan.isPaced()
                ? (window == Window.MEASURED || window == Window.GRACE) && c.startNs >= measuredFromNs
                : window == Window.MEASURED;
        if (isMeasured) {
            tally.latency(nowNs - c.startNs);
        }
        if (c.answer.isLast()) {
            reopen(c, nowNs);
            return;
        }
        inFlight--;
        c.state = State.READY;
        ready(c, nowNs);
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
