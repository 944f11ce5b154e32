package io.forebay.perf.peer;

import java.io.IOException;

/// A contender's port is in use by a process that is not ours.
public final class PortTakenException extends IOException {
    private static final long serialVersionUID = 1L;

    PortTakenException(int port, String name) {
        super("port " + port + ", which " + name + " needs, is taken");
    }
}
