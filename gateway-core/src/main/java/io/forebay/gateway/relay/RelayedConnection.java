package io.forebay.gateway.relay;

import org.jspecify.annotations.Nullable;

/// What is told of a relayed connection when it has ended.
///
/// @param listener namespace/gateway/listener
/// @param rule kind/namespace/route/rule; null where no rule took it
/// @param client its IP address
/// @param serverName of its handshake; empty for none, and for TCP
/// @param upstream the endpoint that it was joined with, or null
/// @param receivedBytes from the client
/// @param sentBytes to the client
/// @param reason why it ended before both sides had said so; null where they had
public record RelayedConnection(
        String listener,
        @Nullable String rule,
        String client,
        String serverName,
        @Nullable String upstream,
        long durationNs,
        long receivedBytes,
        long sentBytes,
        @Nullable String reason) {}
