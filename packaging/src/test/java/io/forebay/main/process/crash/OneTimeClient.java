package io.forebay.main.process.crash;

import java.io.IOException;

/// Sends requests without a key, and never one of them again.
record OneTimeClient(Kind kind, Wants wants) implements Actor {
    @Override
    public void step(Session session) throws IOException, InterruptedException {
        session.send(wants.next(kind, ""));
    }
}
