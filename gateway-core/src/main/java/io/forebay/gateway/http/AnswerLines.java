package io.forebay.gateway.http;

import io.forebay.policy.route.HeaderEdits;

/// Which field lines an answer has on its way to a client, whatever version of HTTP the client speaks: the answer's own
/// without those of the upstream's hop, as the rule edits them, then the exchange's, then a date. What the rule sets or
/// removes, neither the gateway adds nor the trailers bring back.
final class AnswerLines {
    /// What of an upstream's answer travels on.
    static final LineFilter FORWARDED = new LineFilter();

    /// What of a 1xx answer travels on. None may state a length (RFC 9110 section 8.6): some upstreams state one of
    /// zero, and some clients take that for a broken stream.
    static final LineFilter INTERIM = new LineFilter(KnownHeader.CONTENT_LENGTH);

    private AnswerLines() {}

    /// The rule's modifiers and what stages have added, none for an answer that no rule made.
    static HeaderEdits edits(Exchange exchange) {
        return exchange.answerEdits();
    }

    /// Whether the gateway states the date, because nobody before it did (RFC 9110 section 6.6.1).
    static boolean needsDate(ResponseHead head, HeaderEdits edits) {
        return !head.fields().has(KnownHeader.DATE) && !LineFilter.isIn(LineFilter.edited(edits), KnownHeader.DATE);
    }
}
