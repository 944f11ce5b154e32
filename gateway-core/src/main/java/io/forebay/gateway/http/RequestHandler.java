package io.forebay.gateway.http;

/// What the edges hand requests to: the pipeline of stages. Called on the exchange's loop.
public interface RequestHandler {
    /// A head is complete. The handler sets a consumer or answers before it returns.
    void onRequest(Exchange exchange);

    /// What came is not an HTTP request that we forward: answer it; the edge closes afterwards.
    void onMalformed(Exchange exchange, Malformed reason);

    /// A head did not arrive in time: answer 408.
    void onHeadTimeout(Exchange exchange);

    /// The exchange is over: release, count, record. Called exactly once an exchange.
    void onEnd(Exchange exchange);
}
