package io.forebay.policy.offload;

import io.forebay.policy.offload.OffloadRule.ClientOption;
import java.util.Set;

/// What an OffloadPolicy lets its clients say about their jobs.
///
/// @param accept options that are heard; the others are ignored
/// @param priorityDefault the priority of a job whose client does not say, 0 to 9
/// @param priorityMax the most urgent priority that a client gets, 0 to 9
public record JobOptionRules(Set<ClientOption> accept, int priorityDefault, int priorityMax) {
    public static final int PRIORITY_DEFAULT = 5;
    public static final int PRIORITY_MAX = 9;

    /// Nothing is heard.
    public static final JobOptionRules NONE = new JobOptionRules(Set.of(), PRIORITY_DEFAULT, PRIORITY_MAX);

    public JobOptionRules {
        accept = Set.copyOf(accept);
        if (priorityDefault < 0 || priorityDefault > priorityMax || priorityMax > PRIORITY_MAX) {
            throw new IllegalArgumentException(
                    "need 0 <= default <= max <= 9: priority " + priorityDefault + ", max " + priorityMax);
        }
    }
}
