package io.forebay.gateway.stage;

import io.forebay.gateway.http.Exchange;

/// One step of the synchronous path. Called on the exchange's loop; must not block.
public sealed interface Stage
        permits Shed, Match, HandOn, Cors, Admit, Identify, Authorize, Throttle, Respond, Dispatch {
    Verdict apply(Exchange exchange);
}
