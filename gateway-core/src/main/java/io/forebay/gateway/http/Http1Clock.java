package io.forebay.gateway.http;

import io.forebay.policy.ClientTraffic;
import io.netty.channel.Channel;

/// For how long a client of HTTP/1.1 has kept the gateway waiting, and whether that is too long. Times are those of
/// [System#nanoTime]. One a connection, owned by its loop.
final class Http1Clock {
    private final Backlog backlog = new Backlog();
    private final ClientTraffic.Timeouts limits;
    private final BodyPace pace;
    private long sinceNs;

    Http1Clock(ClientTraffic.Timeouts limits) {
        this.limits = limits;
        this.pace = new BodyPace(limits);
    }

    /// A request begins.
    void begin(long nowNs) {
        pace.begin(nowNs);
    }

    /// Whether its body comes too slowly for the policy. What is said once the answer has begun is a conversation.
    ///
    /// @param isRead whether the gateway reads it
    boolean isBodySlow(Exchange exchange, boolean isRead, long nowNs) {
        return !exchange.isRequestComplete() && !exchange.isAnswered() && pace.isTooSlow(exchange, isRead, nowNs);
    }

    /// Something has come or gone that the limits are counted from.
    ///
    /// @return the time
    long restart() {
        sinceNs = System.nanoTime();
        return sinceNs;
    }

    /// The client has taken some of what was written, or nothing was written yet.
    void onTaken() {
        backlog.taken(restart());
    }

    /// Begins a sweep, before the questions below are asked.
    void look(Channel channel, long nowNs) {
        backlog.look(channel, nowNs);
    }

    boolean isHeadLate(long nowNs) {
        return isPast(ClientLimits.HEAD_TIMEOUT_NS, nowNs);
    }

    /// Whether a client that owes nothing and is owed nothing should go. One that still takes its answer is not idle,
    /// however long that lasts.
    boolean isIdleTooLong(long nowNs) {
        if (backlog.isEmpty()) {
            return isPast(limits.idleNs(), nowNs);
        }
        sinceNs = nowNs;
        return isStuck(nowNs);
    }

    /// Whether a client has not been heard of for so long that it may be sent away between two requests.
    boolean hasRested(long nowNs) {
        return isPast(ClientLimits.DRAIN_REST_NS, nowNs);
    }

    boolean hasLingered(long nowNs) {
        return isPast(ClientLimits.LINGER_NS, nowNs);
    }

    /// Whether the client lets its answer lie that waits for nothing else.
    boolean isAnswerStuck(Exchange exchange, boolean isWritable, long nowNs) {
        boolean isWaitingForClient = exchange.isAnswerComplete() || (exchange.isAnswered() && !isWritable);
        return isWaitingForClient && isStuck(nowNs);
    }

    /// Whether a client that sends no more has waited in vain. As long as it takes an earlier answer, it is there.
    boolean isAnswerLate(Exchange exchange, long nowNs) {
        return !exchange.isAnswered() && backlog.isEmpty() && isPast(ClientLimits.HALF_CLOSED_NS, nowNs);
    }

    /// Whether the body of the request has stopped to come. A client may take its whole answer before it goes on.
    boolean isBodyLate(Exchange exchange, long nowNs) {
        if (exchange.isAnswerComplete() && !backlog.isEmpty()) {
            sinceNs = nowNs;
        }
        return !exchange.isRequestComplete() && isPast(ClientLimits.BODY_IDLE_TIMEOUT_NS, nowNs);
    }

    private boolean isStuck(long nowNs) {
        return !backlog.isEmpty() && backlog.stuckNs(nowNs) > ClientLimits.ANSWER_STUCK_NS;
    }

    private boolean isPast(long limitNs, long nowNs) {
        return nowNs - sinceNs > limitNs;
    }
}
