package io.forebay.gateway.takeover;

import io.forebay.gateway.http.Exchange;
import io.forebay.gateway.http.FieldLines;
import io.forebay.gateway.http.KnownHeader;
import io.forebay.policy.ForwardedHeader;
import io.forebay.policy.HeaderName;
import io.forebay.policy.route.HeaderEdits;
import java.util.ArrayList;
import java.util.List;

/// A request that goes to another process of the gateway as it came, with what that one must know of the connection
/// it came by. Both fields that say so are for this hop only (RFC 9110 section 7.6.1), so they go no further; what a
/// client says in their place is overwritten.
public final class HandedOn {
    private static final HeaderName CONNECTION = HeaderName.of(KnownHeader.CONNECTION.text());

    private static final ForwardedHeader FOR_THIS_HOP = new ForwardedHeader(CONNECTION, HandedConnection.NAME.text());

    private static final ForwardedHeader ONCE =
            new ForwardedHeader(CONNECTION, "close, " + HandedConnection.NAME.text());

    /// What the gateway would add to or replace, and the other process is to see as it came.
    private static final List<KnownHeader> AS_THEY_CAME = List.of(
            KnownHeader.X_FORWARDED_FOR,
            KnownHeader.X_FORWARDED_HOST,
            KnownHeader.X_FORWARDED_PORT,
            KnownHeader.X_FORWARDED_PROTO,
            KnownHeader.FORWARDED,
            KnownHeader.VIA);

    private HandedOn() {}

    /// The edits that make it so, by a connection that bears one request: one that rests might be closed by a process
    /// that is about to leave, just as a request is sent.
    static HeaderEdits once(Exchange exchange) {
        return edits(exchange, ONCE);
    }

    /// The edits that make it so, by a connection that bears others as well.
    public static HeaderEdits kept(Exchange exchange) {
        return edits(exchange, FOR_THIS_HOP);
    }

    private static HeaderEdits edits(Exchange exchange, ForwardedHeader hop) {
        FieldLines fields = exchange.head().fields();
        List<ForwardedHeader> set = new ArrayList<>();
        List<HeaderName> remove = new ArrayList<>();
        set.add(hop);
        set.add(HandedConnection.write(exchange.connection()));
        for (KnownHeader header : AS_THEY_CAME) {
            HeaderName name = HeaderName.of(header.text());
            String value = fields.joined(header);
            if (value == null) {
                remove.add(name);
            } else {
                set.add(new ForwardedHeader(name, value));
            }
        }
        return new HeaderEdits(set, List.of(), remove);
    }
}
