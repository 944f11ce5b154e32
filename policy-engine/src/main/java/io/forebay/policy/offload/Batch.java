package io.forebay.policy.offload;

import io.forebay.policy.ByteSpan;
import io.forebay.policy.HeaderName;
import io.forebay.policy.Refusal;
import io.forebay.policy.RequestFacts;
import io.forebay.policy.offload.OffloadRule.ClientOption;
import java.util.Locale;

/// Whether a request is many: each line of its body becomes a job.
public sealed interface Batch {
    HeaderName HEADER = HeaderName.of("forebay-batch");

    /// How its jobs belong together.
    enum Mode implements Batch {
        /// All are accepted or none.
        ATOMIC,
        /// Each is accepted or refused by itself.
        EACH
    }

    /// It is one request.
    record None() implements Batch {
        static final None INSTANCE = new None();
    }

    /// The field cannot be read.
    record Refused(Refusal refusal) implements Batch {}

    /// What the client says, if `rules` accept it. Creates nothing for a request that says nothing.
    static Batch of(RequestFacts facts, JobOptionRules rules) {
        if (!rules.accept().contains(ClientOption.BATCH)) {
            return None.INSTANCE;
        }
        long span = facts.header(HEADER);
        if (!ByteSpan.isPresent(span)) {
            return None.INSTANCE;
        }
        return switch (facts.text(span).toLowerCase(Locale.ROOT)) {
            case "atomic" -> Mode.ATOMIC;
            case "each" -> Mode.EACH;
            default -> new Refused(new Refusal.JobOptionInvalid(HEADER.text(), "atomic or each"));
        };
    }
}
