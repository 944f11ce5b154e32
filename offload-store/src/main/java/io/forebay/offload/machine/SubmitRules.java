package io.forebay.offload.machine;

import static java.util.Objects.requireNonNull;

import io.forebay.offload.Callback;
import io.forebay.offload.Dedup;
import io.forebay.offload.HandOver;
import io.forebay.offload.HandedOver;
import io.forebay.offload.Idempotency;
import io.forebay.offload.JobId;
import io.forebay.offload.JobState;
import io.forebay.offload.LeaseKind;
import io.forebay.offload.Outcome;
import io.forebay.offload.Pause;
import io.forebay.offload.QueueSettings;
import io.forebay.offload.StoreRefusal;
import io.forebay.offload.Submission;
import io.forebay.offload.Submitted;
import io.forebay.offload.timer.TimerKind;
import java.security.MessageDigest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How a job comes to be. A repeat, by key or by id, is found before any limit is looked at: it needs no room.
final class SubmitRules {
    private static final byte[] NO_FINGERPRINT = new byte[Idempotency.FINGERPRINT_BYTES];

    private SubmitRules() {}

    static Transition submit(JobIndex index, Command.Submit command, long nowMs) {
        return submit(index, command, null, false, nowMs);
    }

    /// The same once it was judged ([#judge]): there is room, or it is found.
    static Transition submitJudged(JobIndex index, Command.Submit command, long nowMs) {
        return submit(index, command, null, true, nowMs);
    }

    /// The job of a call that is under way.
    static Transition beginRunning(JobIndex index, Command.BeginRunning begin, long nowMs) {
        Transition transition = submit(index, begin.submit(), begin.handOver(), false, nowMs);
        return transition.reply() instanceof Outcome.Done<?> done && done.value() instanceof Submitted earlier
                ? Transition.done(transition.records(), new HandedOver(earlier, null))
                : transition;
    }

    private static Transition submit(
            JobIndex index, Command.Submit command, @Nullable HandOver handOver, boolean isJudged, long nowMs) {
        Submission submission = command.submission();
        StoredJob waiting = waiting(index, command);
        Known known = known(index, command, waiting, nowMs);
        if (known != null) {
            return known.isOther()
                    ? Transition.refused(
                            new StoreRefusal.FingerprintMismatch(known.job().id()))
                    : found(index, known.job(), known.how(), submission);
        }
        QueueState queue = index.queue(submission.queue());
        StoreRefusal refusal = isJudged ? null : refusal(index, queue, command, waiting, Promised.NOTHING, nowMs);
        if (queue == null || refusal != null) {
            return Transition.refused(refusal == null ? new StoreRefusal.QueueMissing(submission.queue()) : refusal);
        }
        if (waiting != null) {
            // First it goes, in a step of its own: what it held, the new one may take.
            Draft draft = new Draft(index, nowMs);
            AttemptRules.cutOff(draft, waiting, JobState.CANCELED, "replaced");
            return new Transition(draft.records(), null, command);
        }
        return accept(new Draft(index, nowMs), queue, command, handOver);
    }

    /// Whether a job would be accepted, or found, were `promised` accepted before it.
    static Verdict judge(JobIndex index, Command.Submit command, Promised promised, long nowMs) {
        StoredJob waiting = waiting(index, command);
        Known known = known(index, command, waiting, nowMs);
        if (known != null) {
            return known.isOther()
                    ? new Verdict(
                            false,
                            new StoreRefusal.FingerprintMismatch(known.job().id()))
                    : Verdict.FOUND;
        }
        QueueState queue = index.queue(command.submission().queue());
        StoreRefusal refusal = refusal(index, queue, command, waiting, promised, nowMs);
        return new Verdict(refusal == null, refusal);
    }

    /// @param isNew whether there will be another job
    /// @param refusal why not, if it is not found either
    record Verdict(boolean isNew, @Nullable StoreRefusal refusal) {
        static final Verdict FOUND = new Verdict(false, null);
    }

    /// What others of the same queue and tenant will take before.
    record Promised(long jobs, long bytes) {
        static final Promised NOTHING = new Promised(0, 0);

        Promised plus(Submission submission) {
            return new Promised(jobs + 1, bytes + submission.payloadBytes());
        }
    }

    /// The job under the same dedup key on which nobody has begun to work.
    private static @Nullable StoredJob waiting(JobIndex index, Command.Submit command) {
        IdemEntry entry = command.dedup() == null ? null : index.key(command.dedup());
        StoredJob bound = entry == null ? null : index.readableJob(entry.job());
        return bound != null && bound.isUntouched() ? bound : null;
    }

    /// The key no longer holds: its job is over, and both its window and the retention have passed.
    private static boolean isReleased(StoredJob bound, IdemEntry entry, long nowMs) {
        return bound.isTerminal()
                && nowMs >= Math.max(entry.windowEndMs(), bound.progress().expiresMs());
    }

    /// The job that a submission is about because it is there already.
    ///
    /// @param isOther whether its key belongs to another request
    private record Known(StoredJob job, Submitted.How how, boolean isOther) {}

    private static @Nullable Known known(
            JobIndex index, Command.Submit command, @Nullable StoredJob waiting, long nowMs) {
        Submission submission = command.submission();
        StoredJob same = index.job(submission.id());
        if (same != null) {
            return new Known(same, Submitted.How.REPLAYED, false);
        }
        IdemEntry entry = command.claim() == null ? null : index.key(command.claim());
        StoredJob bound = entry == null ? null : index.job(entry.job());
        if (entry != null && bound != null && !isReleased(bound, entry, nowMs)) {
            Idempotency offered = requireNonNull(submission.idempotency(), "idempotency");
            boolean isSame = MessageDigest.isEqual(entry.fingerprint(), offered.fingerprint());
            return new Known(bound, Submitted.How.REPLAYED, !isSame);
        }
        Dedup dedup = submission.dedup();
        return waiting != null && dedup != null && dedup.mode() == Dedup.Mode.KEEP_FIRST
                ? new Known(waiting, Submitted.How.DEDUPLICATED, false)
                : null;
    }

    private static Transition found(JobIndex index, StoredJob job, Submitted.How how, Submission submission) {
        long ahead = index.queue(job.origin().queueId()).counters().depth();
        List<LogRecord> dropped = Draft.unlessKept(job, submission.requestBody());
        return Transition.done(dropped, new Submitted(job.toJob(), how, ahead));
    }

    private static @Nullable StoreRefusal refusal(
            JobIndex index,
            @Nullable QueueState queue,
            Command.Submit command,
            @Nullable StoredJob waiting,
            Promised promised,
            long nowMs) {
        Submission submission = command.submission();
        if (queue == null || queue.entry().orphaned()) {
            return new StoreRefusal.QueueMissing(submission.queue());
        }
        Callback callback = submission.callback();
        if (callback != null && index.queue(callback.queue()) == null) {
            return new StoreRefusal.QueueMissing(callback.queue());
        }
        Pause intakePause = queue.entry().intakePause();
        if (intakePause != null && intakePause.holds(nowMs)) {
            return new StoreRefusal.IntakeStopped(submission.queue(), intakePause.untilMs());
        }
        if (command.diskLow()) {
            return new StoreRefusal.DiskFull();
        }
        QueueSettings.Limits limits = queue.settings().limits();
        if (submission.requestBody().bytes() > limits.bodyBytesMax()) {
            return new StoreRefusal.PayloadTooLarge(submission.requestBody().bytes(), limits.bodyBytesMax());
        }
        if (isTenantFull(index, queue, submission, waiting, promised)) {
            QueueSettings.Tenants tenants = queue.settings().tenants();
            return new StoreRefusal.TenantFull(
                    submission.queue(), submission.caller().tenant(), tenants.depthMax(), tenants.bytesMax());
        }
        if (queue.counters().depth() + promised.jobs() >= limits.depthMax()) {
            return new StoreRefusal.QueueFull(submission.queue(), limits.depthMax());
        }
        // The jobs that really come first are counted only where all would be too many.
        if (queue.counters().held(StateClass.QUEUED) + promised.jobs() > submission.aheadMax()) {
            long ahead = ahead(index, queue, submission) + promised.jobs();
            if (ahead > submission.aheadMax()) {
                return new StoreRefusal.TooManyAhead(submission.queue(), ahead, submission.aheadMax());
            }
        }
        if (queue.counters().openBytes() + promised.bytes() + submission.payloadBytes() > limits.bytesMax()) {
            return new StoreRefusal.BytesFull(submission.queue(), limits.bytesMax());
        }
        return null;
    }

    /// What the job holds that `waiting` would be replaced by, counts no more.
    private static boolean isTenantFull(
            JobIndex index, QueueState queue, Submission submission, @Nullable StoredJob waiting, Promised promised) {
        QueueSettings.Tenants tenants = queue.settings().tenants();
        if (!tenants.areLimited()) {
            return false;
        }
        int tenantId = index.tenants().id(submission.caller().tenant());
        TenantUsage used =
                index.usage().of(new TenantKey(queue.id(), tenantId)).plus(promised.jobs(), promised.bytes());
        if (waiting != null && waiting.origin().isCounted() && waiting.origin().queueId() == queue.id()) {
            used = used.plus(-1, -waiting.payload().requestBytes());
        }
        return used.jobs() >= tenants.depthMax() || used.bytes() + submission.payloadBytes() > tenants.bytesMax();
    }

    private static long ahead(JobIndex index, QueueState queue, Submission submission) {
        String tenant = submission.caller().tenant();
        return queue.ahead(
                tenant, index.tenants().id(tenant), submission.timing().priority());
    }

    private static Transition accept(
            Draft draft, QueueState queue, Command.Submit command, @Nullable HandOver handOver) {
        Submission submission = command.submission();
        Idempotency idempotency = submission.idempotency();
        KeyClaim claim = command.claim() == null || idempotency == null
                ? null
                : new KeyClaim(command.claim(), draft.nowMs + idempotency.windowMs());
        String orderingKey = submission.timing().orderingKey();
        Ordering ordering =
                orderingKey == null ? null : new Ordering(orderingKey, command.lineHash(), draft.place(queue));
        Origin origin = new Origin(
                queue.id(),
                queue.entry().name(),
                tenantId(draft, submission.caller().tenant()),
                submission.caller(),
                submission.route(),
                submission.timing().priority(),
                ordering,
                claim,
                command.dedup(),
                draft.nowMs,
                notBeforeMs(submission, draft.nowMs),
                submission.timing().deadlineMs(),
                submission.traceId(),
                null,
                handOver == null || handOver.isRepeatable(),
                submission.callback(),
                null,
                queue.settings().tenants().areLimited(),
                command.limitHash());
        StoredJob job = handOver == null
                ? enter(draft, submission.id(), origin, command.payload(), requestBytes(command))
                : run(draft, handOver, origin, command);
        if (claim != null && idempotency != null) {
            draft.add(new LogRecord.KeyBound(
                    claim.key(), new IdemEntry(job.id(), idempotency.fingerprint(), claim.windowEndMs())));
        }
        if (command.dedup() != null) {
            draft.add(new LogRecord.KeyBound(command.dedup(), new IdemEntry(job.id(), NO_FINGERPRINT, 0)));
        }
        Submitted submitted = new Submitted(
                job.toJob(), Submitted.How.ACCEPTED, queue.counters().depth() + 1);
        return draft.done(handOver == null ? submitted : new HandedOver(submitted, LeaseRules.lease(job)));
    }

    private static long notBeforeMs(Submission submission, long nowMs) {
        Dedup dedup = submission.dedup();
        long windowMs = dedup != null && dedup.mode() == Dedup.Mode.DEBOUNCE ? dedup.windowMs() : 0;
        long delayMs = Math.max(submission.timing().delayMs(), windowMs);
        return delayMs == 0 ? 0 : nowMs + delayMs;
    }

    /// A new job that a worker holds already.
    private static StoredJob run(Draft draft, HandOver handOver, Origin origin, Command.Submit command) {
        Hold hold = new Hold(LeaseKind.PUSH, handOver.token(), handOver.termMs());
        Progress running = Progress.accepted(draft.nowMs).leased(hold, draft.nowMs);
        LineKey limit = origin.limit();
        StoredJob job = new StoredJob(
                command.submission().id(),
                origin,
                limit == null
                        ? running
                        : draft.keys().enterRunning(limit, draft.index.queue(origin.queueId()), running),
                deadline(draft, origin)
                        .with(TimerKind.LEASE, draft.index.wheel().admit(draft.nowMs + handOver.termMs())),
                command.payload());
        draft.add(new LogRecord.JobCreated(job, requestBytes(command)));
        return job;
    }

    /// A new job joins its queue: behind the others of its ordering key, or at the head of a new line, or without
    /// any.
    static StoredJob enter(Draft draft, JobId id, Origin origin, Payload payload, List<StoredBytes> stored) {
        StoredJob job = new StoredJob(id, origin, Progress.accepted(draft.nowMs), deadline(draft, origin), payload);
        LineKey key = origin.line();
        Line line = key == null ? null : draft.index.lines().line(key);
        if (line == null) {
            job = draft.admitted(job);
        }
        draft.add(new LogRecord.JobCreated(job, stored));
        if (key != null && line == null) {
            draft.add(new LogRecord.LineMoved(key, Draft.head(job)));
        }
        return job;
    }

    private static Alarms deadline(Draft draft, Origin origin) {
        return origin.deadlineMs() == 0
                ? Alarms.NONE
                : Alarms.NONE.with(TimerKind.DEADLINE, draft.index.wheel().admit(origin.deadlineMs()));
    }

    private static int tenantId(Draft draft, String tenant) {
        int known = draft.index.tenants().id(tenant);
        if (known != 0) {
            return known;
        }
        int id = draft.index.tenants().nextId();
        draft.add(new LogRecord.TenantNamed(id, tenant));
        return id;
    }

    private static List<StoredBytes> requestBytes(Command.Submit command) {
        Submission submission = command.submission();
        return StoredBytes.request(command.payload(), submission.requestHead(), submission.requestBody());
    }
}
