package io.forebay.gateway.stage;

import io.forebay.gateway.http.Exchange;
import io.forebay.gateway.offload.JobEndpoints;
import io.forebay.gateway.offload.Offloading;
import io.forebay.gateway.proxy.Forwarder;
import io.forebay.policy.PolicyMode;
import io.forebay.policy.offload.OffloadRule;
import io.forebay.policy.route.RouteRule;

/// Sends a permitted exchange where it belongs: to the job endpoints, into a queue, or to a backend.
final class Dispatch implements Stage {
    private final Forwarder forwarder;
    private final Offloading offloading;
    private final JobEndpoints jobs;

    Dispatch(Forwarder forwarder, Offloading offloading, JobEndpoints jobs) {
        this.forwarder = forwarder;
        this.offloading = offloading;
        this.jobs = jobs;
    }

    @Override
    public Verdict apply(Exchange exchange) {
        exchange.permit();
        RouteRule rule = exchange.ruleOrNull();
        if (rule == null) {
            jobs.handle(exchange);
            return Verdict.TAKEN;
        }
        OffloadRule offload = rule.offload();
        if (offload == null || offload.mode() != PolicyMode.ENFORCE) {
            forwarder.forward(exchange);
        } else if (!offloading.takes(exchange, offload)) {
            forwarder.forward(exchange, offloading.listener(offload));
        }
        return Verdict.TAKEN;
    }
}
