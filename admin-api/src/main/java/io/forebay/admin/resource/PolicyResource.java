package io.forebay.admin.resource;

import io.forebay.admin.Deadline;
import io.forebay.admin.PolicyView;
import io.forebay.admin.PolicyView.PolicyObject;
import io.forebay.admin.call.Answer;
import io.forebay.admin.call.Operation;
import io.forebay.admin.call.Parameters;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// `GET /api/v1/policies` and one of them: where each object comes from and what became of it.
final class PolicyResource {
    private final PolicyView policies;
    private final Deadline deadline;

    PolicyResource(PolicyView policies, Deadline deadline) {
        this.policies = policies;
        this.deadline = deadline;
    }

    List<Operation> operations() {
        return List.of(
                Operation.get("/api/v1/policies", Set.of("kind", "limit", "after"), this::list),
                Operation.get("/api/v1/policies/{kind}/{namespace}/{name}", Set.of(), this::one));
    }

    /// A page of objects, by kind, namespace and name.
    record PoliciesDocument(
            List<PolicyDocument> policies, @Nullable String next) {}

    /// One object and its status.
    record PolicyDocument(
            String kind,
            String namespace,
            String name,
            String origin,
            String mode,
            long observedGeneration,
            List<ConditionDocument> conditions) {}

    /// One condition; status is True or False, as the Gateway API writes it.
    record ConditionDocument(String type, String status, String reason, String message) {}

    private Answer list(Parameters parameters) {
        List<PolicyObject> objects = Answer.value(deadline.ask(policies::objects), "policy").stream()
                .filter(object ->
                        parameters.query("kind").map(object.kind()::equals).orElse(true))
                .toList();
        Pages.Page<PolicyObject> page =
                Pages.of(objects, PolicyResource::key, parameters.query("after"), parameters.limit());
        return Answer.of(new PoliciesDocument(
                page.things().stream().map(PolicyResource::document).toList(), page.next()));
    }

    private Answer one(Parameters parameters) {
        String kind = parameters.name("kind");
        String namespace = parameters.name("namespace");
        String name = parameters.name("name");
        return Answer.of(
                deadline.ask(() -> policies.object(kind, namespace, name)), "object", PolicyResource::document);
    }

    private static String key(PolicyObject object) {
        return object.kind() + "/" + object.namespace() + "/" + object.name();
    }

    private static PolicyDocument document(PolicyObject object) {
        return new PolicyDocument(
                object.kind(),
                object.namespace(),
                object.name(),
                object.origin(),
                object.mode(),
                object.observedGeneration(),
                object.conditions().stream().map(PolicyResource::document).toList());
    }

    private static ConditionDocument document(PolicyView.Condition condition) {
        return new ConditionDocument(
                condition.type(), condition.isTrue() ? "True" : "False", condition.reason(), condition.message());
    }
}
