package io.forebay.offload.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.offload.Job;
import io.forebay.offload.JobId;
import io.forebay.offload.Lease;
import io.forebay.offload.LeaseKey;
import io.forebay.offload.LeaseKind;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;

/// Contract 4: a result is byte for byte what a worker sent under a lease it was given.
final class ResultsAreWhatWorkersSent implements Invariant {
    private static final int LONG_RESULT_BYTES = 9_000;
    private static final int SHORT_RESULT_BYTES = 40;

    private final Set<String> given = new HashSet<>();

    /// What a worker sends. It says under which lease, so that it can be told whose it is.
    static byte[] result(LeaseKey lease) {
        int bytes = (lease.token() & 7) == 0 ? LONG_RESULT_BYTES : SHORT_RESULT_BYTES;
        return (label(lease.job(), lease.epoch(), lease.token()) + "x".repeat(bytes)).getBytes(StandardCharsets.UTF_8);
    }

    private static String label(JobId job, int epoch, long token) {
        return "result of " + job + " epoch " + epoch + " token " + token + " ";
    }

    @Override
    public void leased(Lease lease, LeaseKind kind) {
        given.add(new String(result(lease.key()), StandardCharsets.UTF_8));
    }

    @Override
    public void resultRead(Job job, byte[] result) {
        String text = new String(result, StandardCharsets.UTF_8);
        assertThat(given).as("results workers sent").contains(text);
        assertThat(text).startsWith("result of " + job.id() + " ");
    }
}
