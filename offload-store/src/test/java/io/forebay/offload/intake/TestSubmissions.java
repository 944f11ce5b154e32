package io.forebay.offload.intake;

import io.forebay.offload.Caller;
import io.forebay.offload.Idempotency;
import io.forebay.offload.JobId;
import io.forebay.offload.RouteIdentity;
import io.forebay.offload.Submission;
import io.forebay.offload.Timing;
import org.jspecify.annotations.Nullable;

/// Submissions of tests that run without a ring.
final class TestSubmissions {
    private TestSubmissions() {}

    static Submission of(JobId id, String tenant, byte[] body, Timing timing, @Nullable Idempotency idempotency) {
        return new Submission(
                id,
                "q",
                new Caller(tenant, "principal", "provider"),
                new RouteIdentity("ns", "route", "rule"),
                TestStore.bytes("POST /" + id),
                body,
                timing,
                idempotency,
                "trace");
    }
}
