package io.forebay.admin.audit;

import static java.util.Objects.requireNonNull;

import io.forebay.admin.Deadline;
import io.forebay.admin.Reply;
import java.time.InstantSource;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Makes a change between two audit entries. Without the intent on disk nothing is changed; an outcome that cannot be
/// kept is logged with its change id and does not undo what was done. Any thread.
public final class AuditedChange {
    private static final System.Logger LOG = System.getLogger(AuditedChange.class.getName());
    private static final int RETRY_AFTER_SECONDS = 1;

    private final AuditTrail trail;
    private final Deadline deadline;
    private final InstantSource clock;

    public AuditedChange(AuditTrail trail, Deadline deadline, InstantSource clock) {
        this.trail = requireNonNull(trail, "trail");
        this.deadline = requireNonNull(deadline, "deadline");
        this.clock = requireNonNull(clock, "clock");
    }

    /// Who asks for a change, from where, and why.
    ///
    /// @param changeId unique
    public record Author(
            String changeId,
            String operator,
            String peer,
            @Nullable String reason,
            String traceId) {}

    /// The change's reply; or that the audit was not available, and nothing was changed.
    public <T> Reply<T> make(Author author, String action, String target, Supplier<Reply<T>> change) {
        AuditEntry intent = new AuditEntry(
                author.changeId,
                clock.instant(),
                AuditEntry.Phase.INTENT,
                author.operator,
                author.peer,
                action,
                target,
                author.reason,
                null,
                author.traceId);
        Reply<Long> kept = deadline.ask(() -> trail.append(intent));
        if (!(kept instanceof Reply.Done<Long>)) {
            return new Reply.Unavailable<>(
                    "audit-unavailable",
                    "the change was not made, since it could not be audited: " + kept.word(),
                    RETRY_AFTER_SECONDS);
        }
        String result = "failed";
        try {
            Reply<T> reply = deadline.ask(change);
            result = reply.word();
            return reply;
        } finally {
            keepOutcome(intent.outcome(clock.instant(), result));
        }
    }

    private void keepOutcome(AuditEntry outcome) {
        String fault;
        try {
            Reply<Long> kept = deadline.ask(() -> trail.append(outcome));
            if (kept instanceof Reply.Done<Long>) {
                return;
            }
            fault = kept.word();
        } catch (Deadline.PortFailure e) {
            fault = String.valueOf(e.getCause());
        }
        LOG.log(
                System.Logger.Level.ERROR,
                "audit outcome not kept: change {0} {1} {2} ended as {3}: {4}",
                outcome.changeId(),
                outcome.action(),
                outcome.target(),
                outcome.result(),
                fault);
    }
}
