package io.forebay.admin;

import java.time.Instant;
import java.util.List;

/// The policy that is live, and what became of each of its objects.
public interface PolicyView {
    Reply<Publication> publication();

    /// All objects, in any order.
    Reply<List<PolicyObject>> objects();

    Reply<PolicyObject> object(String kind, String namespace, String name);

    /// How the newest documents became what is live.
    ///
    /// @param liveSince when this generation was published
    /// @param faults what keeps the newest documents from being live as written, each with its place, or nothing
    record Publication(long generation, Instant liveSince, List<String> faults) {
        public Publication {
            faults = List.copyOf(faults);
        }
    }

    /// One object of the policy and its status.
    ///
    /// @param origin `file:line` where the object stands
    /// @param mode `enforce`, `shadow` or `off`
    record PolicyObject(
            String kind,
            String namespace,
            String name,
            String origin,
            String mode,
            long observedGeneration,
            List<Condition> conditions) {
        public PolicyObject {
            conditions = List.copyOf(conditions);
        }
    }

    /// One condition of an object, in the words of the Gateway API.
    record Condition(String type, boolean isTrue, String reason, String message) {}
}
