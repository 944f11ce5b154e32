package io.forebay.admin.call;

import static java.util.Objects.requireNonNull;

/// Ends a call with a problem from anywhere in its handling. No fault of ours, so it bears no stack.
public final class CallRefused extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient Problem problem;

    public CallRefused(Problem problem) {
        super(problem.detail(), null, false, false);
        this.problem = requireNonNull(problem, "problem");
    }

    public Problem problem() {
        return problem;
    }
}
