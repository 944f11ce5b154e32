package io.forebay.main.process.crash;

import java.io.IOException;
import java.util.Random;

/// Asks how jobs are that were accepted, in this life of the gateway or an earlier one. There is one, so that what was
/// seen later was asked later.
record Watcher(Random random) implements Actor {
    @Override
    public void step(Session session) throws IOException, InterruptedException {
        AcceptedJobs.Job job = session.accepted().any(random);
        if (job != null) {
            session.look(job);
        }
    }
}
