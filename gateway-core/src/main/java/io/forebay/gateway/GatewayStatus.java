package io.forebay.gateway;

import java.util.List;

/// The data plane at one moment.
///
/// @param transport `io_uring`, `epoll` or `nio`
/// @param transportReason why nothing better was chosen, or empty
public record GatewayStatus(
        String transport,
        String transportReason,
        int loops,
        List<Integer> ports,
        int connections,
        int attemptsRunning) {
    public GatewayStatus {
        ports = List.copyOf(ports);
    }
}
