package io.forebay.main.process.crash;

import java.io.IOException;

/// A worker that completes what it is given.
record GoodWorker() implements Actor {
    private static final int LEASES_MAX = 8;
    private static final int WAIT_SECONDS = 1;

    @Override
    public void step(Session session) throws IOException, InterruptedException {
        for (Lease lease : LeaseCalls.take(session, LEASES_MAX, WAIT_SECONDS)) {
            LeaseCalls.report(session, lease, Verb.COMPLETE);
        }
    }
}
