package io.forebay.gateway.trace;

import io.forebay.gateway.http.Exchange;
import io.forebay.gateway.http.LoggedPath;
import io.forebay.gateway.http.RequestHead;
import io.forebay.gateway.http.ResponseFlag;
import io.forebay.gateway.http.TraceContext;
import io.forebay.gateway.http.TracedTry;
import io.forebay.policy.ByteSpan;
import io.forebay.policy.HeaderName;
import io.forebay.policy.route.RouteRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The spans of one exchange: its own, and one for each try. Attributes are those of OpenTelemetry's semantic
/// conventions for HTTP, 1.23 and later; queries and other secrets are left out of them. On the exchange's loop, at its
/// end.
final class ExchangeSpans {
    private static final Set<String> METHODS =
            Set.of("GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH");
    private static final Pattern HOST_AND_PORT = Pattern.compile("\\[?([^\\[\\]]+)]?:(\\d{1,5})");
    private static final String OTHER_METHOD = "_OTHER";
    private static final HeaderName USER_AGENT = HeaderName.of("user-agent");
    private static final int USER_AGENT_CHARS_MAX = 256;

    private final Exchange exchange;
    private final TraceContext trace;
    private final String traceId;
    private final String method;
    private final long endedNs;
    private final long epochNs;

    private ExchangeSpans(Exchange exchange, long endedNs, long epochNs) {
        this.exchange = exchange;
        this.trace = exchange.trace();
        this.traceId = trace.traceId();
        this.method = exchange.head().text(exchange.head().method());
        this.endedNs = endedNs;
        this.epochNs = epochNs;
    }

    /// @param epochNs what is to be added to the clock of exchanges for nanoseconds since 1970
    static List<Span> of(Exchange exchange, long endedNs, long epochNs) {
        ExchangeSpans made = new ExchangeSpans(exchange, endedNs, epochNs);
        List<TracedTry> tries = exchange.tries().traced().all();
        List<Span> spans = new ArrayList<>(1 + tries.size());
        spans.add(made.own());
        for (int i = 0; i < tries.size(); i++) {
            spans.add(made.ofTry(tries.get(i), i));
        }
        return spans;
    }

    private Span own() {
        RequestHead head = exchange.head();
        RouteRule rule = exchange.ruleOrNull();
        List<Span.Attribute> attributes = new ArrayList<>();
        method(attributes);
        String path = LoggedPath.of(head.text(head.path()), rule != null);
        attributes.add(text("url.path", path));
        attributes.add(text("url.scheme", exchange.connection().isTls() ? "https" : "http"));
        if (ByteSpan.isPresent(head.host()) && ByteSpan.length(head.host()) > 0) {
            attributes.add(text("server.address", head.text(head.host())));
        }
        attributes.add(number("server.port", exchange.connection().port()));
        attributes.add(text("client.address", exchange.connection().peer().address()));
        attributes.add(text("network.protocol.version", exchange.protocolVersion()));
        String agent = head.headerText(USER_AGENT);
        if (agent != null) {
            attributes.add(
                    text("user_agent.original", agent.substring(0, Math.min(agent.length(), USER_AGENT_CHARS_MAX))));
        }
        if (rule != null) {
            attributes.add(text("forebay.route", rule.id()));
        }
        boolean isError = exchange.status() >= 500 || exchange.isCutOff();
        outcome(attributes, exchange.status(), exchange.flag(), isError);
        return new Span(
                traceId,
                trace.spanId(),
                trace.parentId(),
                name(),
                exchange.isJob() ? Span.Kind.CONSUMER : Span.Kind.SERVER,
                exchange.startedNs() + epochNs,
                endedNs + epochNs,
                attributes,
                isError);
    }

    /// Few names, however many paths there are.
    private String name() {
        RouteRule rule = exchange.ruleOrNull();
        String verb = METHODS.contains(method) ? method : "HTTP";
        if (exchange.isJob()) {
            return "attempt " + verb;
        }
        return rule == null ? verb : verb + " " + rule.id();
    }

    private Span ofTry(TracedTry tried, int number) {
        List<Span.Attribute> attributes = new ArrayList<>();
        method(attributes);
        address(attributes, tried.endpoint());
        attributes.add(text("url.full", tried.url()));
        if (number > 0) {
            attributes.add(number("http.request.resend_count", number));
        }
        String backend = exchange.tries().backend();
        if (backend != null) {
            attributes.add(text("forebay.backend", backend));
        }
        TracedTry.Hedge hedge = tried.hedge();
        if (hedge != null) {
            attributes.add(text(
                    "forebay.hedge",
                    switch (hedge) {
                        case WON -> "won";
                        case LOST -> "lost";
                        case GAVE_WAY -> "gave-way";
                    }));
        }
        boolean hasOwnEnd = tried.flag() != null || !isLast(tried) || (tried.status() > 0 && !exchange.isCutOff());
        ResponseFlag flag = hasOwnEnd ? tried.flag() : exchange.flag();
        boolean isError = flag != null || tried.status() >= 400;
        outcome(attributes, tried.status(), flag, isError);
        return new Span(
                traceId,
                TraceContext.hexText(tried.spanId()),
                trace.spanId(),
                METHODS.contains(method) ? method : "HTTP",
                Span.Kind.CLIENT,
                tried.startedNs() + epochNs,
                (tried.endedNs() == 0 ? endedNs : tried.endedNs()) + epochNs,
                attributes,
                isError);
    }

    @SuppressWarnings("ReferenceEquality") // the very try
    private boolean isLast(TracedTry tried) {
        return exchange.tries().traced().last() == tried;
    }

    /// Host and port, or what else stands for an endpoint.
    private static void address(List<Span.Attribute> attributes, String endpoint) {
        Matcher parts = HOST_AND_PORT.matcher(endpoint);
        if (parts.matches()) {
            attributes.add(text("server.address", parts.group(1)));
            attributes.add(number("server.port", Long.parseLong(parts.group(2))));
        } else {
            attributes.add(text("server.address", endpoint));
        }
    }

    private void method(List<Span.Attribute> attributes) {
        boolean isKnown = METHODS.contains(method);
        attributes.add(text("http.request.method", isKnown ? method : OTHER_METHOD));
        if (!isKnown) {
            attributes.add(text("http.request.method_original", method));
        }
    }

    private static void outcome(
            List<Span.Attribute> attributes, int status, @Nullable ResponseFlag flag, boolean isError) {
        if (status > 0) {
            attributes.add(number("http.response.status_code", status));
        }
        if (flag != null) {
            attributes.add(text("error.type", flag.code()));
        } else if (isError) {
            attributes.add(text("error.type", Integer.toString(status)));
        }
    }

    private static Span.Attribute text(String key, String value) {
        return new Span.Attribute.Text(key, value);
    }

    private static Span.Attribute number(String key, long value) {
        return new Span.Attribute.Whole(key, value);
    }
}
