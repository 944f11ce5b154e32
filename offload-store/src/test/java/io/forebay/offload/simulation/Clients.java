package io.forebay.offload.simulation;

import io.forebay.offload.Callback;
import io.forebay.offload.Caller;
import io.forebay.offload.Content;
import io.forebay.offload.HandOver;
import io.forebay.offload.HandedOver;
import io.forebay.offload.Idempotency;
import io.forebay.offload.Job;
import io.forebay.offload.JobId;
import io.forebay.offload.Outcome;
import io.forebay.offload.RouteIdentity;
import io.forebay.offload.StoreRefusal;
import io.forebay.offload.Submission;
import io.forebay.offload.Submitted;
import io.forebay.offload.Timing;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// Clients who submit, repeat themselves, change their minds and ask.
final class Clients {
    private static final int KEYS = 6;
    private static final int LINES = 3;
    private static final int LIMITS = 2;
    private static final int TENANTS = 3;
    private static final int[] BODY_BYTES = {0, 20, 20, 50, 3_000, 70_000};

    private final World world;
    private final Workers workers;
    private final Random random;
    private final List<Request> made = new ArrayList<>();
    private int handedIn;

    Clients(World world, Workers workers) {
        this.world = world;
        this.workers = workers;
        this.random = world.random;
    }

    void act() {
        switch (random.nextInt(12)) {
            case 0, 1, 2, 3, 4 -> submit(fresh(random.nextInt(3) == 0));
            case 5 -> submitAgain();
            case 6 -> handOver();
            case 7 -> cancel();
            case 8 -> submitTogether();
            default -> ask();
        }
    }

    private Request fresh(boolean isKeyed) {
        String line = random.nextInt(3) == 0 ? "line-" + random.nextInt(LINES) : null;
        long delayMs = random.nextInt(4) == 0 ? random.nextInt(5_000) : 0;
        String limit = random.nextInt(3) == 0 ? "limit-" + random.nextInt(LIMITS) : null;
        return request(isKeyed, new Timing(random.nextInt(10), line, delayMs, deadlineMs(), limit));
    }

    /// Some have passed when they are asked for.
    private long deadlineMs() {
        return random.nextInt(6) == 0 ? world.nowMs() - 1_000 + random.nextInt(15_000) : 0;
    }

    private Request request(boolean isKeyed, Timing timing) {
        String key = isKeyed ? "key-" + random.nextInt(KEYS) : null;
        int content = key == null ? handedIn : key.hashCode() + (random.nextInt(6) == 0 ? 1 : 0);
        if (key != null) {
            world.tally.count(
                    content == key.hashCode() ? Happening.REPEAT_UNDER_ITS_KEY : Happening.OTHER_REQUEST_UNDER_A_KEY);
        }
        return new Request(handedIn++, JobId.of(world.nowMs(), 1, random.nextLong()), key, content, timing);
    }

    /// The same submission under the same id, as soon after an answer that was lost.
    private void submitAgain() {
        made.removeIf(request -> request.id().createdMs() < world.nowMs() - Request.WINDOW_MS);
        if (!made.isEmpty()) {
            Request before = made.get(random.nextInt(made.size()));
            world.tally.count(Happening.SAME_SUBMISSION_AGAIN);
            submit(new Request(handedIn++, before.id(), before.key(), before.content(), before.timing()));
        }
    }

    private void submit(Request request) {
        world.tally.count(Happening.SUBMIT);
        made.add(request);
        world.tell(invariant -> invariant.offered(request));
        Submission submission = submission(request);
        world.<Submitted>call(
                (jobs, completion) -> jobs.submit(submission, completion),
                outcome -> {
                    switch (outcome) {
                        case Outcome.Done<Submitted>(Submitted submitted) -> accepted(request, submitted);
                        case Outcome.Refused<Submitted>(StoreRefusal refusal) -> refused(request, refusal);
                    }
                },
                () -> unanswered(request));
    }

    /// Some requests that become jobs all together or not at all.
    private void submitTogether() {
        boolean areKeyed = random.nextInt(3) == 0;
        List<Request> requests = new ArrayList<>();
        for (int i = 2 + random.nextInt(3); i > 0; i--) {
            Request request = fresh(areKeyed);
            requests.add(request);
            world.tell(invariant -> invariant.offered(request));
        }
        List<Submission> submissions = requests.stream().map(this::submission).toList();
        world.<List<Submitted>>call(
                (jobs, completion) -> jobs.submitAll(submissions, completion),
                outcome -> {
                    switch (outcome) {
                        case Outcome.Done<List<Submitted>>(List<Submitted> submitted) -> {
                            world.tally.count(Happening.BATCH_ACCEPTED);
                            for (int i = 0; i < requests.size(); i++) {
                                accepted(requests.get(i), submitted.get(i));
                            }
                        }
                        case Outcome.Refused<List<Submitted>>(StoreRefusal refusal) -> {
                            world.tally.count(Happening.BATCH_REFUSED);
                            requests.forEach(request -> world.tell(invariant -> invariant.refused(request, refusal)));
                        }
                    }
                },
                () -> {
                    world.tally.count(Happening.BATCH_IN_DOUBT);
                    requests.forEach(this::unanswered);
                    if (!areKeyed) {
                        world.tell(invariant -> invariant.unansweredTogether(requests));
                    }
                });
    }

    private void refused(Request request, StoreRefusal refusal) {
        if (refusal instanceof StoreRefusal.TenantFull) {
            world.tally.count(Happening.TENANT_FULL);
        }
        world.tell(invariant -> invariant.refused(request, refusal));
    }

    /// One submission more than one tenant may have unfinished; what became of each.
    List<Outcome<Submitted>> fillQuota() {
        List<Outcome<Submitted>> outcomes = new ArrayList<>();
        int tenant = random.nextInt(TENANTS);
        for (int i = 0; i <= World.SETTINGS.tenants().depthMax(); i++) {
            JobId id = JobId.of(world.nowMs(), 1, random.nextLong());
            Request request = new Request(handedIn++, id, null, i * TENANTS + tenant, Timing.NOW);
            Submission submission = submission(request);
            world.<Submitted>call((jobs, completion) -> jobs.submit(submission, completion), outcomes::add, () -> {});
        }
        return outcomes;
    }

    private void accepted(Request request, Submitted submitted) {
        world.tell(invariant -> invariant.accepted(request, submitted));
        world.saw(submitted.job());
    }

    private void unanswered(Request request) {
        world.heardOf(request.id());
        world.tell(invariant -> invariant.unanswered(request));
    }

    private Submission submission(Request request) {
        int sort = Math.floorMod(request.content(), BODY_BYTES.length * TENANTS);
        return new Submission(
                request.id(),
                World.QUEUE,
                new Caller("tenant-" + sort % TENANTS, "principal", "provider"),
                new RouteIdentity("ns", "route", "rule"),
                bytes("POST /" + request.content()),
                Content.of(new byte[BODY_BYTES[sort / TENANTS]]),
                request.timing(),
                idempotency(request),
                "trace",
                request.isCalledBack() ? new Callback(World.NOTICES, "https://client.test/") : null,
                null,
                Submission.AHEAD_ANY);
    }

    private static @Nullable Idempotency idempotency(Request request) {
        if (request.key() == null) {
            return null;
        }
        byte[] fingerprint = new byte[Idempotency.FINGERPRINT_BYTES];
        fingerprint[0] = (byte) request.content();
        fingerprint[1] = (byte) (request.content() >> 8);
        return new Idempotency("scope", request.key(), fingerprint, Request.WINDOW_MS);
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /// A call that is under way becomes a job.
    private void handOver() {
        Request request = request(random.nextInt(4) == 0, new Timing(random.nextInt(10), null, 0, deadlineMs()));
        world.tally.count(Happening.HAND_OVER);
        world.tell(invariant -> invariant.offered(request));
        HandOver handOver = new HandOver(
                submission(request), random.nextBoolean(), 3_000 + random.nextInt(5_000), random.nextLong());
        world.<HandedOver>call(
                (jobs, completion) -> jobs.handOver(handOver, completion),
                outcome -> {
                    switch (outcome) {
                        case Outcome.Done<HandedOver>(HandedOver handedOver) -> {
                            if (handedOver.lease() != null) {
                                workers.handedOver(handedOver.lease());
                            }
                            accepted(request, handedOver.submitted());
                        }
                        case Outcome.Refused<HandedOver>(StoreRefusal refusal) -> refused(request, refusal);
                    }
                },
                () -> unanswered(request));
    }

    private void cancel() {
        @Nullable JobId id = anyJob();
        if (id == null) {
            return;
        }
        world.tally.count(Happening.CANCEL);
        workers.reportingOn(id);
        world.<Job>call(
                (jobs, completion) -> jobs.cancel(id, completion),
                outcome -> {
                    if (outcome instanceof Outcome.Done<Job>(Job job)) {
                        world.saw(job);
                    }
                },
                () -> {});
    }

    private void ask() {
        @Nullable JobId id = anyJob();
        if (id != null) {
            world.read(id);
            world.readResult(id);
            world.readEvents(id);
        }
    }

    private @Nullable JobId anyJob() {
        List<JobId> jobs = world.jobs();
        return jobs.isEmpty() ? null : jobs.get(random.nextInt(jobs.size()));
    }
}
