package io.forebay.admin.resource;

import io.forebay.admin.Deadline;
import io.forebay.admin.MetricsScrape;
import io.forebay.admin.call.Access;
import io.forebay.admin.call.Answer;
import io.forebay.admin.call.Operation;
import io.forebay.admin.call.Parameters;
import io.forebay.admin.call.Verb;
import java.util.List;
import java.util.Set;

/// `GET /metrics`: all meters as Prometheus reads them. For operators, unless configured open.
final class MetricsResource {
    private static final String TEXT_FORMAT = "text/plain; version=0.0.4; charset=utf-8";

    private final MetricsScrape metrics;
    private final Access access;
    private final Deadline deadline;

    MetricsResource(MetricsScrape metrics, Access access, Deadline deadline) {
        this.metrics = metrics;
        this.access = access;
        this.deadline = deadline;
    }

    List<Operation> operations() {
        return List.of(new Operation(Verb.GET, "/metrics", access, Set.of(), false, this::scrape));
    }

    private Answer scrape(Parameters parameters) {
        return Answer.text(TEXT_FORMAT, Answer.value(deadline.ask(metrics::text), "metrics"));
    }
}
