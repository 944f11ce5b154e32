package io.forebay.gateway.transport;

import io.netty.channel.Channel;
import java.util.HashSet;
import java.util.Set;
import java.util.function.BooleanSupplier;

/// Whether connections are accepted at the ports that are open. While it is shut they wait in the kernel's queue of
/// their port, at most 8,192 each; the kernel drops the handshakes of those beyond, and their clients try
/// again. Any thread; its lock is held for a moment, and only as a port or the gate opens or closes.
public final class AcceptGate {
    private final BooleanSupplier isToBeShut;
    private final Set<Channel> ports = new HashSet<>();
    private volatile boolean isShut;

    /// @param isToBeShut asked at each [#look]
    public AcceptGate(BooleanSupplier isToBeShut) {
        this.isToBeShut = isToBeShut;
    }

    /// Whether it is to be shut may have changed. Asked under the lock: of two callers the last one knows.
    public synchronized void look() {
        isShut = isToBeShut.getAsBoolean();
        for (Channel port : ports) {
            port.config().setAutoRead(!isShut);
        }
    }

    /// Whether connections wait. Those of QUIC cannot, and are closed.
    boolean isShut() {
        return isShut;
    }

    synchronized void opened(Channel port) {
        ports.add(port);
        port.config().setAutoRead(!isShut);
    }

    synchronized void closed(Channel port) {
        ports.remove(port);
    }
}
