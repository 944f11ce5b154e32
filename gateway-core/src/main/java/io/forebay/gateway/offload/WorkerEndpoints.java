package io.forebay.gateway.offload;

import io.forebay.gateway.http.Exchange;
import io.forebay.gateway.http.RequestHead;
import io.forebay.gateway.problem.Problem;
import io.forebay.gateway.problem.ProblemCatalog;
import io.forebay.gateway.problem.ProblemType;
import io.forebay.gateway.problem.ProblemWriter;
import io.forebay.offload.LeaseKey;
import io.forebay.policy.QueuePolicy;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The HTTP endpoints of workers that pull: `POST /_queues/{queue}/leases?max=N&wait=S`,
/// `POST /_queues/{queue}/heartbeats`, `GET /_leases/{lease}/request`, and `POST /_leases/{lease}/` followed by
/// `heartbeat`, `partial`, `complete`, `fail`, `release` or `dead-letter`. A queue is named `namespace/name`, or `name`
/// alone in the namespace `default`.
///
/// Each call needs the permission `lease` of the queue, each report the lease too, whose text is a secret of the worker
/// that holds it. Shared by all loops.
final class WorkerEndpoints {
    private static final String LEASES = "/leases";
    private static final String HEARTBEATS = "/heartbeats";
    private static final String REQUEST = "request";
    private static final String DEFAULT_NAMESPACE = "default/";

    private final JobParts parts;
    private final Collecting collecting;

    WorkerEndpoints(JobParts parts, Collecting collecting) {
        this.parts = parts;
        this.collecting = collecting;
    }

    /// Answers a request for one of these paths.
    ///
    /// @return false, with nothing done, if it is for none of them
    boolean handle(Exchange exchange, String path) {
        String prefix = parts.settings().reservedPrefix();
        String queues = prefix + "queues/";
        String leases = prefix + "leases/";
        if (path.startsWith(queues) && path.endsWith(LEASES)) {
            QueuePolicy queue = pulled(exchange, name(path, queues, LEASES));
            if (queue != null) {
                LeaseAnswer.start(exchange, queue, parts);
            }
            return true;
        }
        if (path.startsWith(queues) && path.endsWith(HEARTBEATS)) {
            QueuePolicy queue = pulled(exchange, name(path, queues, HEARTBEATS));
            if (queue != null) {
                LeaseBeats.start(exchange, queue, parts, collecting);
            }
            return true;
        }
        if (path.startsWith(leases)) {
            report(exchange, path.substring(leases.length()));
            return true;
        }
        return false;
    }

    private static String name(String path, String queues, String end) {
        return path.substring(queues.length(), Math.max(queues.length(), path.length() - end.length()));
    }

    /// The queue that the caller may lease from; null if the exchange was answered.
    private static @Nullable QueuePolicy pulled(Exchange exchange, String name) {
        String id = name.indexOf('/') < 0 ? DEFAULT_NAMESPACE + name : name;
        QueuePolicy queue = exchange.snapshot().queue(id);
        if (queue == null || !mayLease(exchange, queue)) {
            // Who may not lease learns nothing of which queues there are.
            refuse(exchange, ProblemType.FORBIDDEN, "lease-not-permitted");
            return null;
        }
        if (!queue.isPull()) {
            refuse(exchange, ProblemType.QUEUE_NOT_PULLED, "queue-not-pulled");
            return null;
        }
        if (!exchange.head().methodIs("POST")) {
            ProblemWriter.answer(exchange, ProblemCatalog.methodNotAllowed("POST"));
            return null;
        }
        return queue;
    }

    private void report(Exchange exchange, String rest) {
        int slash = rest.indexOf('/');
        Optional<LeaseKey> key = LeaseKey.parse(slash < 0 ? rest : rest.substring(0, slash));
        String verb = slash < 0 ? "" : rest.substring(slash + 1);
        if (key.isEmpty()) {
            ProblemWriter.answer(exchange, Problem.of(ProblemType.LEASE_STALE, "lease-stale"));
            return;
        }
        RequestHead head = exchange.head();
        if (verb.equals(REQUEST)) {
            if (head.methodIs("GET") || head.methodIs("HEAD")) {
                new LeasedRequest(exchange, key.get(), parts).start();
            } else {
                ProblemWriter.answer(exchange, ProblemCatalog.methodNotAllowed("GET, HEAD"));
            }
            return;
        }
        LeaseReport.Verb known = LeaseReport.Verb.of(verb);
        if (known == null) {
            refuse(exchange, ProblemType.NO_ROUTE, "no-route");
        } else if (!head.methodIs("POST")) {
            ProblemWriter.answer(exchange, ProblemCatalog.methodNotAllowed("POST"));
        } else {
            LeaseReport.start(exchange, key.get(), known, parts, collecting);
        }
    }

    static boolean mayLease(Exchange exchange, QueuePolicy queue) {
        return queue.permissions()
                .mayLease(exchange.principal(), exchange.connection().peer());
    }

    private static void refuse(Exchange exchange, ProblemType type, String reason) {
        ProblemWriter.answer(exchange, Problem.of(type, reason));
    }
}
