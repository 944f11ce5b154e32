package io.forebay.admin.resource;

import io.forebay.admin.Deadline;
import io.forebay.admin.QueueAdmin;
import io.forebay.admin.QueueAdmin.Action;
import io.forebay.admin.QueueAdmin.Count;
import io.forebay.admin.QueueAdmin.Filter;
import io.forebay.admin.call.Answer;
import io.forebay.admin.call.Operation;
import io.forebay.admin.call.Parameters;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// `/api/v1/queues/{name}/redrive`, `purge`, `cancel` and `move`: operations on many jobs of a queue. `GET` says to how
/// many it would be done, `POST` begins it; `operation/stop` ends it.
final class QueueOperationResource {
    private static final int PER_SECOND_MAX = 1_000;
    private static final Set<String> FILTER = Set.of("jobReason", "tenant", "route", "changedFrom", "changedTo");
    private static final Set<String> FILTER_AND_RATE =
            Set.of("jobReason", "tenant", "route", "changedFrom", "changedTo", "perSecond");
    private static final Set<String> FILTER_RATE_AND_TARGET =
            Set.of("jobReason", "tenant", "route", "changedFrom", "changedTo", "perSecond", "to");

    private final QueueAdmin queues;
    private final Changes changes;
    private final Deadline deadline;

    QueueOperationResource(QueueAdmin queues, Changes changes, Deadline deadline) {
        this.queues = queues;
        this.changes = changes;
        this.deadline = deadline;
    }

    List<Operation> operations() {
        List<Operation> operations = new ArrayList<>();
        for (Action action : Action.values()) {
            String path = "/api/v1/queues/{name}/" + action.word();
            operations.add(Operation.get(path, FILTER, call -> count(call, action)));
            operations.add(Operation.post(
                    path,
                    action == Action.MOVE ? FILTER_RATE_AND_TARGET : FILTER_AND_RATE,
                    call -> begin(call, action)));
        }
        operations.add(Operation.post("/api/v1/queues/{name}/operation/stop", Set.of(), this::stop));
        return operations;
    }

    /// To how many of those looked at it would be done; all were looked at unless `complete` is false.
    record CountDocument(long matched, long looked, boolean complete) {}

    /// How many jobs will be looked at.
    record BegunDocument(long looksAt) {}

    /// To how many jobs it was done.
    record StoppedDocument(long done) {}

    private Answer count(Parameters parameters, Action action) {
        String name = parameters.name("name");
        QueueAdmin.Operation operation = new QueueAdmin.Operation(action, filter(parameters), 0, null);
        return Answer.of(
                deadline.ask(() -> queues.count(name, operation)),
                "queue",
                (Count count) -> new CountDocument(count.matched(), count.looked(), count.isAll()));
    }

    private Answer begin(Parameters parameters, Action action) {
        String name = parameters.name("name");
        Filter filter = filter(parameters);
        int perSecond = parameters.number("perSecond", PER_SECOND_MAX);
        String to = action == Action.MOVE ? target(parameters, name) : null;
        QueueAdmin.Operation operation = new QueueAdmin.Operation(action, filter, perSecond, to);
        return Answer.of(
                changes.make(
                        parameters,
                        "queue." + action.word(),
                        name + (to == null ? "" : " to=" + to) + words(filter, perSecond),
                        () -> queues.operate(name, operation)),
                "queue",
                BegunDocument::new);
    }

    private static String target(Parameters parameters, String name) {
        String to = parameters
                .query("to")
                .orElseThrow(() -> Parameters.refused("bad-value", "to must name the queue that jobs are moved to"));
        if (to.equals(name)) {
            throw Parameters.refused("bad-value", "to must be another queue");
        }
        return to;
    }

    private Answer stop(Parameters parameters) {
        String name = parameters.name("name");
        return Answer.of(
                changes.make(parameters, "queue.operation.stop", name, () -> queues.stopOperation(name)),
                "queue",
                StoppedDocument::new);
    }

    private static Filter filter(Parameters parameters) {
        Instant from = parameters.time("changedFrom").orElse(null);
        Instant to = parameters.time("changedTo").orElse(null);
        String route = parameters.query("route").orElse(null);
        if (route != null && route.split("/", -1).length != 3) {
            throw Parameters.refused("bad-value", "route must be namespace/name/rule");
        }
        return new Filter(
                parameters.query("jobReason").orElse(null),
                parameters.query("tenant").orElse(null),
                route,
                from,
                to);
    }

    /// As the audit shows it.
    private static String words(Filter filter, int perSecond) {
        StringBuilder words = new StringBuilder();
        word(words, "jobReason", filter.reason());
        word(words, "tenant", filter.tenant());
        word(words, "route", filter.route());
        word(words, "changedFrom", filter.changedFrom());
        word(words, "changedTo", filter.changedTo());
        word(words, "perSecond", perSecond == 0 ? null : perSecond);
        return words.toString();
    }

    private static void word(StringBuilder words, String name, @Nullable Object value) {
        if (value != null) {
            words.append(' ').append(name).append('=').append(value);
        }
    }
}
