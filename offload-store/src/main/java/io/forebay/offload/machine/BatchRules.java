package io.forebay.offload.machine;

import io.forebay.offload.Outcome;
import io.forebay.offload.StoreRefusal;
import io.forebay.offload.Submission;
import io.forebay.offload.Submitted;
import io.forebay.offload.machine.SubmitRules.Promised;
import io.forebay.offload.machine.SubmitRules.Verdict;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Many jobs that are accepted together or not at all. First it is judged whether each will be accepted, with what
/// those before it will take; then each is submitted as if it were alone, in a step of its own. All steps are part of
/// one commit, and none of them can be refused any more.
final class BatchRules {
    private BatchRules() {}

    static Transition submitAll(JobIndex index, Command.SubmitAll command, long nowMs) {
        List<Submitted> taken = command.taken();
        if (taken == null) {
            StoreRefusal refusal = refusal(index, command.items(), nowMs);
            return refusal == null
                    ? new Transition(List.of(), null, new Command.SubmitAll(command.items(), List.of()))
                    : Transition.refused(refusal);
        }
        Transition one = SubmitRules.submitJudged(index, command.items().get(taken.size()), nowMs);
        if (one.next() != null) {
            // It has replaced another, and is still to come.
            return new Transition(one.records(), null, command);
        }
        List<Submitted> more = new ArrayList<>(taken);
        more.add(accepted(one, taken.size()));
        return more.size() == command.items().size()
                ? Transition.done(one.records(), more)
                : new Transition(one.records(), null, new Command.SubmitAll(command.items(), more));
    }

    private static Submitted accepted(Transition one, int item) {
        if (one.reply() instanceof Outcome.Done<?> done && done.value() instanceof Submitted submitted) {
            return submitted;
        }
        // Those before it are in the open batch, and only the store's end takes them out of it again.
        throw new IllegalStateException("item " + item + " of a batch was judged wrongly: " + one.reply());
    }

    private static @Nullable StoreRefusal refusal(JobIndex index, List<Command.Submit> items, long nowMs) {
        Promised promised = Promised.NOTHING;
        Map<IdemKey, Submission> claimed = new HashMap<>();
        for (int item = 0; item < items.size(); item++) {
            Command.Submit submit = items.get(item);
            Submission earlier = submit.claim() == null ? null : claimed.put(submit.claim(), submit.submission());
            if (earlier != null) {
                if (!haveSameFingerprint(earlier, submit.submission())) {
                    return new StoreRefusal.OfItem(item, new StoreRefusal.FingerprintMismatch(earlier.id()));
                }
                continue;
            }
            Verdict verdict = SubmitRules.judge(index, submit, promised, nowMs);
            if (verdict.refusal() != null) {
                return new StoreRefusal.OfItem(item, verdict.refusal());
            }
            promised = verdict.isNew() ? promised.plus(submit.submission()) : promised;
        }
        return null;
    }

    private static boolean haveSameFingerprint(Submission one, Submission other) {
        return one.idempotency() != null
                && other.idempotency() != null
                && Arrays.equals(
                        one.idempotency().fingerprint(), other.idempotency().fingerprint());
    }
}
