package io.forebay.gateway.offload;

import io.forebay.gateway.http.Exchange;
import io.forebay.gateway.http.RequestHead;
import io.forebay.gateway.problem.Problem;
import io.forebay.gateway.problem.ProblemCatalog;
import io.forebay.gateway.problem.ProblemType;
import io.forebay.offload.Callback;
import io.forebay.offload.Caller;
import io.forebay.offload.Content;
import io.forebay.offload.Dedup;
import io.forebay.offload.Idempotency;
import io.forebay.offload.JobId;
import io.forebay.offload.JobState;
import io.forebay.offload.Outcome;
import io.forebay.offload.RouteIdentity;
import io.forebay.offload.Spool;
import io.forebay.offload.StoreRefusal;
import io.forebay.offload.Submission;
import io.forebay.offload.Submitted;
import io.forebay.offload.Timing;
import io.forebay.policy.HeaderName;
import io.forebay.policy.Principal;
import io.forebay.policy.QueuePolicy;
import io.forebay.policy.Refusal;
import io.forebay.policy.access.SecurityRule;
import io.forebay.policy.limit.LimitKeyText;
import io.forebay.policy.offload.CallbackRule;
import io.forebay.policy.offload.DedupRule;
import io.forebay.policy.offload.Fingerprint;
import io.forebay.policy.offload.IdempotencyKey;
import io.forebay.policy.offload.IdempotencyRule;
import io.forebay.policy.offload.JobOptions;
import io.forebay.policy.offload.OffloadRule;
import io.forebay.policy.schema.QueueSchemas;
import java.security.SecureRandom;
import java.util.Collection;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Puts whole requests into the store and answers 202 once they are on disk, not before. Shared by all loops.
public final class Submissions implements AutoCloseable {
    static final String ENQUEUE_NOT_PERMITTED = "enqueue-not-permitted";

    private static final long COLLECTING_BYTES_MAX = 64L << 20;

    private final JobParts parts;
    private final Collecting collecting = new Collecting(COLLECTING_BYTES_MAX);
    private final BodyValidation validation = new BodyValidation(collecting);
    private final CallsUnderWay callsUnderWay = new CallsUnderWay();
    private final FullTenants fullTenants = new FullTenants();
    private final SecureRandom random = new SecureRandom();

    public Submissions(JobParts parts) {
        this.parts = parts;
    }

    /// Ends the threads that validate bodies.
    @Override
    public void close() {
        validation.close();
    }

    /// The bound of the bodies that are being collected.
    Collecting collecting() {
        return collecting;
    }

    Spool spool() {
        return parts.spool();
    }

    /// What the store would refuse a new job of this caller with, as far as that is known before its body has come; or
    /// null.
    @Nullable
    StoreRefusal knownRefusal(Exchange exchange, OffloadRule rule) {
        return fullTenants.refusal(rule.queue(), exchange.principal().tenant(), System.nanoTime());
    }

    /// The store has refused a submission.
    void noteRefusal(StoreRefusal refusal) {
        fullTenants.note(refusal, System.nanoTime());
    }

    CallsUnderWay callsUnderWay() {
        return callsUnderWay;
    }

    /// By the store: a job has changed. Any thread.
    public void changed(JobId id, JobState state) {
        callsUnderWay.changed(id, state);
    }

    void submit(PendingAnswer pending, SubmitPlan plan, Content body) {
        if (!mayEnqueue(pending.exchange(), plan.rule())) {
            spool().discard(body);
            pending.refuse(Problem.of(ProblemType.FORBIDDEN, ENQUEUE_NOT_PERMITTED));
            return;
        }
        QueuePolicy queue = pending.exchange().snapshot().queue(plan.rule().queue());
        QueueSchemas schemas = queue == null ? null : queue.schemas();
        if (schemas == null) {
            keep(pending, plan, body);
        } else if (body instanceof Content.InMemory(byte[] bytes)) {
            validation.check(pending, schemas, bytes, () -> keep(pending, plan, body));
        } else {
            spool().discard(body);
            pending.refuse(ProblemCatalog.of(new Refusal.BodyTooLarge(QueueSchemas.BODY_BYTES_MAX)));
        }
    }

    private void keep(PendingAnswer pending, SubmitPlan plan, Content body) {
        Exchange exchange = pending.exchange();
        Submission submission =
                submission(exchange, exchange.head(), plan, body, body, false, aheadMax(exchange, plan));
        Problem tooLong = tooLong(submission);
        if (tooLong != null) {
            spool().discard(body);
            pending.refuse(tooLong);
            return;
        }
        parts.store()
                .submit(
                        submission,
                        Offered.discarding(
                                spool(),
                                body,
                                outcome -> pending.onLoop(() -> {
                                    switch (outcome) {
                                        case Outcome.Refused<Submitted>(var refusal) -> {
                                            noteRefusal(refusal);
                                            pending.refuse(ProblemCatalog.of(refusal));
                                        }
                                        case Outcome.Done<Submitted>(Submitted submitted) -> {
                                            pending.over();
                                            accepted(pending.exchange(), submitted, why(submitted.how()));
                                        }
                                    }
                                })));
    }

    /// Whether the caller may have jobs in the rule's queue; of a queue that is not there, the store knows more.
    static boolean mayEnqueue(Exchange exchange, OffloadRule rule) {
        QueuePolicy queue = exchange.snapshot().queue(rule.queue());
        return queue == null
                || queue.permissions()
                        .mayEnqueue(exchange.principal(), exchange.connection().peer());
    }

    /// What a head is refused with that is too long to be kept, else null.
    static @Nullable Problem tooLong(Submission submission) {
        return submission.requestHead().length <= Submission.HEAD_BYTES_MAX
                ? null
                : Problem.of(
                        ProblemType.HEAD_TOO_LARGE,
                        "stored-head-too-large",
                        "a job keeps at most " + Submission.HEAD_BYTES_MAX
                                + " bytes of a head and the caller's claims");
    }

    /// The job of one item of a batch, told to `then` at once or later on the loop, or why there will be none.
    ///
    /// @param head the batch's own with what the item changes of it; it must stay as it is until then
    void ofItem(PendingAnswer batch, RequestHead head, SubmitPlan plan, byte[] body, Consumer<BatchItems.Item> then) {
        Exchange exchange = batch.exchange();
        QueuePolicy queue = exchange.snapshot().queue(plan.rule().queue());
        QueueSchemas schemas = queue == null ? null : queue.schemas();
        if (schemas == null) {
            then.accept(itemOf(exchange, head, plan, body));
        } else {
            validation.judge(
                    batch,
                    head,
                    schemas,
                    body,
                    problem -> then.accept(
                            problem == null ? itemOf(exchange, head, plan, body) : new BatchItems.Refused(problem)));
        }
    }

    private BatchItems.Item itemOf(Exchange exchange, RequestHead head, SubmitPlan plan, byte[] body) {
        Content content = Content.of(body);
        Submission submission = submission(exchange, head, plan, content, content, false, aheadMax(exchange, plan));
        Problem tooLong = tooLong(submission);
        return tooLong == null ? new BatchItems.Ready(submission) : new BatchItems.Refused(tooLong);
    }

    /// @param head the exchange's own, or that of an item of its batch
    /// @param body what a repeat is told by
    /// @param kept what is stored of it
    /// @param wasCalled whether a call was made, or is about to be, with the client's own fields
    /// @param aheadMax how many jobs may be before it
    private Submission submission(
            Exchange exchange,
            RequestHead head,
            SubmitPlan plan,
            Content body,
            Content kept,
            boolean wasCalled,
            long aheadMax) {
        Principal principal = exchange.principal();
        SecurityRule security = exchange.rule().security();
        Collection<HeaderName> claimHeaders = security == null ? Set.of() : security.claimHeaders();
        String[] route = exchange.rule().id().split("/", 3);
        return new Submission(
                JobId.of(System.currentTimeMillis(), parts.settings().nodeId(), random.nextLong()),
                plan.rule().queue(),
                new Caller(
                        TenantName.of(principal.tenant()),
                        principal.identity(),
                        Capability.voucher(principal, plan.rule())),
                new RouteIdentity(route[0], route[1], route[2]),
                StoredRequest.encode(
                        exchange, head, claimHeaders, plan.rule().storeCredentials(), wasCalled, kept.bytes()),
                kept,
                timing(exchange, head, plan),
                idempotency(exchange.principal(), head, plan, body),
                exchange.trace().traceId(),
                callback(plan),
                dedup(plan),
                aheadMax);
    }

    /// The job of a call that is about to be made under a key. Its end is told to nobody else: most of these calls are
    /// answered.
    ///
    /// @param isRepeatable whether another attempt may follow, for which the body is kept
    Submission ofKeyedCall(Exchange exchange, SubmitPlan plan, byte[] body, boolean isRepeatable) {
        Content content = Content.of(body);
        Content kept = isRepeatable ? content : Content.nothing();
        return submission(exchange, exchange.head(), plan.ofKeyedCall(), content, kept, true, Submission.AHEAD_ANY);
    }

    /// The job of a call that is under way. Its key binds only if the body is there to tell a repeat by.
    ///
    /// @param body the request's body if another attempt may follow, else empty
    Submission ofRunningCall(Exchange exchange, OffloadRule rule, byte[] body, boolean isRepeatable) {
        IdempotencyRule idempotency = isRepeatable ? rule.idempotency() : null;
        String key =
                idempotency != null && idempotency.key(exchange.head()) instanceof IdempotencyKey.Given(String text)
                        ? text
                        : null;
        // The call was made without regard to options that cannot be read.
        JobOptions.Chosen options =
                SubmitPlanner.options(exchange.head(), rule, null) instanceof JobOptions.Chosen chosen
                        ? chosen
                        : JobOptions.NONE;
        SubmitPlan plan = new SubmitPlan(rule, body.length, key, options).underWay();
        Content content = Content.of(body);
        return submission(exchange, exchange.head(), plan, content, content, true, Submission.AHEAD_ANY);
    }

    private static String why(Submitted.How how) {
        return switch (how) {
            case ACCEPTED -> "job-accepted";
            case REPLAYED -> "job-replayed";
            case DEDUPLICATED -> "job-deduplicated";
        };
    }

    private static @Nullable Dedup dedup(SubmitPlan plan) {
        DedupRule rule = plan.rule().dedup();
        String key = plan.options().dedupKey();
        if (rule == null || key == null) {
            return null;
        }
        Dedup.Mode mode = switch (rule.mode()) {
            case KEEP_FIRST -> Dedup.Mode.KEEP_FIRST;
            case REPLACE_QUEUED -> Dedup.Mode.REPLACE_QUEUED;
            case DEBOUNCE -> Dedup.Mode.DEBOUNCE;
        };
        return new Dedup(key, mode, rule.windowMs());
    }

    private static @Nullable Callback callback(SubmitPlan plan) {
        CallbackRule rule = plan.rule().callback();
        String url = plan.options().callback();
        return rule == null || url == null ? null : new Callback(rule.queue(), url);
    }

    /// As many as the queue is likely to begin within its `maxWait`, and before the job's deadline.
    private long aheadMax(Exchange exchange, SubmitPlan plan) {
        QueuePolicy queue = exchange.snapshot().queue(plan.rule().queue());
        if (queue == null || plan.options().delayMs() > 0) {
            return Submission.AHEAD_ANY;
        }
        long deadlineMs = plan.options().deadlineMs();
        long leftMs = deadlineMs == 0 ? Long.MAX_VALUE : Math.max(0, deadlineMs - System.currentTimeMillis());
        long waitMs = Math.min(queue.limits().maxWaitMs(), leftMs);
        return parts.estimate().begunWithin(queue.id(), waitMs);
    }

    private static Timing timing(Exchange exchange, RequestHead head, SubmitPlan plan) {
        JobOptions.Chosen options = plan.options();
        QueuePolicy queue = exchange.snapshot().queue(plan.rule().queue());
        QueuePolicy.PerKey perKey = queue == null ? null : queue.perKey();
        String limitKey = perKey == null
                ? null
                : LimitKeyText.of(
                        perKey.key(),
                        head,
                        exchange.principal(),
                        exchange.connection().peer());
        return new Timing(options.priority(), options.orderingKey(), options.delayMs(), options.deadlineMs(), limitKey);
    }

    /// Keys are unique among the requests of one principal to one OffloadPolicy, or to what its `scope` names.
    private static @Nullable Idempotency idempotency(
            Principal principal, RequestHead head, SubmitPlan plan, Content body) {
        IdempotencyRule rule = plan.rule().idempotency();
        String key = plan.idempotencyKey();
        if (rule == null || key == null) {
            return null;
        }
        Fingerprint fingerprint = new Fingerprint(head);
        switch (body) {
            case Content.InMemory(byte[] bytes) -> fingerprint.body(bytes, 0, bytes.length);
            // Which of the two it is follows from the length, so that the same body is told by the same.
            case Content.Spooled file -> fingerprint.body(file.sha256(), 0, file.sha256().length);
        }
        String tenant = principal.tenant();
        // The length keeps tenant and principal apart whatever they contain.
        String scope = tenant.length() + "\n" + tenant + "\n" + principal.identity() + "\n" + rule.scope();
        return new Idempotency(scope, key, fingerprint.digest(), rule.windowMs());
    }

    /// Answers a client whose job is on disk.
    ///
    /// @param why what is recorded of the exchange
    void accepted(Exchange exchange, Submitted submitted, String why) {
        SubmitAnswer answer = new SubmitAnswer(exchange, parts, submitted, why);
        if (callsUnderWay.tell(submitted.job().id())) {
            answer.start();
        } else {
            answer.refuse(callInProgress());
        }
    }

    /// An earlier call under the same key is being made, or taken back.
    static Problem callInProgress() {
        return Problem.of(ProblemType.CALL_IN_PROGRESS, "call-in-progress").with("retry-after", "1");
    }
}
