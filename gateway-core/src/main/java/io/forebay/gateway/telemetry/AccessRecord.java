package io.forebay.gateway.telemetry;

import io.forebay.gateway.http.Exchange;
import io.forebay.gateway.http.HedgeOutcome;
import io.forebay.gateway.http.LoggedPath;
import io.forebay.gateway.http.RequestHead;
import io.forebay.gateway.http.ResponseFlag;
import io.forebay.gateway.relay.RelayedConnection;
import io.forebay.policy.ByteSpan;
import io.forebay.policy.HeaderName;
import io.forebay.policy.Principal;
import io.forebay.policy.route.RouteRule;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// One slot of the access ring: what is told of one exchange. Filled on a loop, written by `access-writer`.
///
/// Queries, tokens, cookies and bodies never get here, so no secret can be logged by mistake; the secret part of a
/// worker's lease is left out of its path.
final class AccessRecord {
    private static final HeaderName REFERER = HeaderName.of("referer");
    private static final HeaderName USER_AGENT = HeaderName.of("user-agent");
    private static final int TARGET_BYTES_MAX = 512;
    private static final int ABOUT_BYTES_MAX = 1024;

    private final byte[] target = new byte[TARGET_BYTES_MAX];
    private int methodBytes;
    private int hostBytes;
    private int pathBytes;
    /// Referer and User-Agent, where the format has them.
    private byte @Nullable [] about;
    private int refererBytes;
    private int userAgentBytes;
    String protocolVersion = "";
    long endedMs;
    long durationNs;
    long firstByteNs;
    long gatewayNs;
    long upstreamNs;
    long connectNs;
    long upstreamFirstByteNs;
    int tries;
    int status;
    long requestBytes;
    long answerBytes;
    String client = "";
    String traceId = "";
    String spanId = "";
    String parentId = "";

    @Nullable
    String route;

    @Nullable
    String principal;

    @Nullable
    String tenant;

    @Nullable
    String upstream;

    @Nullable
    String reason;

    @Nullable
    ResponseFlag flag;

    @Nullable
    String shadowReason;

    @Nullable
    HedgeOutcome hedge;

    /// What is told instead, where it was no exchange.
    @Nullable
    RelayedConnection relayed;

    void fill(RelayedConnection connection, long nowMs) {
        relayed = connection;
        endedMs = nowMs;
    }

    /// @param isAboutClient whether Referer and User-Agent are recorded
    void fill(Exchange exchange, long nowMs, long nowNs, boolean isAboutClient) {
        relayed = null;
        RequestHead head = exchange.head();
        int at = 0;
        methodBytes = copy(head, head.method(), target, at);
        at += methodBytes;
        hostBytes = copy(head, head.host(), target, at);
        at += hostBytes;
        pathBytes = copy(head, head.path(), target, at);
        if (isAboutClient) {
            refererBytes = withoutQuery(copy(head, head.header(REFERER), about(), 0));
            userAgentBytes = copy(head, head.header(USER_AGENT), about(), refererBytes);
        }
        protocolVersion = exchange.protocolVersion();
        endedMs = nowMs;
        durationNs = nowNs - exchange.startedNs();
        firstByteNs = exchange.answeredNs() == 0 ? 0 : exchange.answeredNs() - exchange.startedNs();
        gatewayNs = LatencySplit.gatewayNs(exchange, nowNs);
        upstreamNs = LatencySplit.upstreamNs(exchange, nowNs);
        connectNs = LatencySplit.connectNs(exchange, nowNs);
        upstreamFirstByteNs = LatencySplit.firstByteNs(exchange);
        tries = exchange.tries().count();
        status = exchange.status();
        requestBytes = exchange.requestBytes();
        answerBytes = exchange.answerBytes();
        client = exchange.connection().peer().address();
        traceId = exchange.trace().traceId();
        spanId = exchange.trace().spanId();
        parentId = exchange.trace().parentId();
        RouteRule rule = exchange.ruleOrNull();
        route = rule == null ? null : rule.id();
        Principal caller = exchange.principalOrNull();
        principal = caller == null ? null : caller.identity();
        tenant = caller == null ? null : caller.tenant();
        upstream = exchange.tries().endpoint();
        reason = exchange.reason();
        flag = exchange.flag();
        shadowReason = exchange.shadowReason();
        hedge = exchange.tries().hedge();
    }

    private static int copy(RequestHead head, long span, byte[] to, int at) {
        if (!ByteSpan.isPresent(span)) {
            return 0;
        }
        int size = Math.min(ByteSpan.length(span), to.length - at);
        System.arraycopy(head.bytes(), ByteSpan.offset(span), to, at, size);
        return size;
    }

    private int withoutQuery(int size) {
        byte[] referer = about();
        int end = 0;
        while (end < size && referer[end] != '?' && referer[end] != '#') {
            end++;
        }
        return end;
    }

    private byte[] about() {
        byte[] known = about;
        if (known == null) {
            known = new byte[ABOUT_BYTES_MAX];
            about = known;
        }
        return known;
    }

    String method() {
        return text(target, 0, methodBytes);
    }

    String host() {
        return text(target, methodBytes, hostBytes);
    }

    String referer() {
        return text(about(), 0, refererBytes);
    }

    String userAgent() {
        return text(about(), refererBytes, userAgentBytes);
    }

    String path() {
        String path = text(target, methodBytes + hostBytes, pathBytes);
        return LoggedPath.of(path, route != null);
    }

    private static String text(byte[] bytes, int from, int size) {
        return new String(bytes, from, size, StandardCharsets.ISO_8859_1);
    }
}
