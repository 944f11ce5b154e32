package io.forebay.main.process.crash;

import java.io.IOException;

/// Somebody who has to do with the gateway, one step at a time, over all of its lives. On one thread at a time.
@FunctionalInterface
interface Actor {
    /// Does the next thing.
    ///
    /// @throws IOException if the gateway is gone
    void step(Session session) throws IOException, InterruptedException;
}
