package io.forebay.gateway.stage;

import io.forebay.gateway.http.Exchange;
import io.forebay.policy.limit.LimitTable;
import io.forebay.policy.token.TokenVerifier;
import java.util.List;

/// Takes one exchange that nobody sent through the guards of the pipeline, and tells what each says. On the exchange's
/// loop, which has the index 0. The limits are counted in a table of its own, so each has all of its requests left.
public final class Walk {
    private static final int KEYS_MAX = 1_000;

    private final List<Stage> stages;

    /// Hears of each stage.
    @FunctionalInterface
    public interface Observer {
        /// One stage has said something.
        ///
        /// @param stage as docs/request-path.md calls it
        void said(String stage, Verdict verdict);
    }

    public Walk(String reservedPrefix, TokenVerifier tokens) {
        Guards.Parts parts = new Guards.Parts(1, reservedPrefix, tokens, new LimitTable(KEYS_MAX, 1), null, null);
        this.stages = Guards.inOrder(parts, CredentialFailures.ofLoops(1));
    }

    /// Whether all let it pass, so that it would go on to `Dispatch`.
    public boolean passes(Exchange exchange, Observer observer) {
        for (Stage stage : stages) {
            Verdict verdict = stage.apply(exchange);
            observer.said(stage.getClass().getSimpleName(), verdict);
            if (!(verdict instanceof Verdict.Proceed)) {
                return false;
            }
        }
        return true;
    }
}
