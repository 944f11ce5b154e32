package io.forebay.gateway;

import io.forebay.gateway.http.LoopContext;
import io.forebay.gateway.http.RequestHandler;
import io.forebay.gateway.offload.JobEndpoints;
import io.forebay.gateway.offload.JobParts;
import io.forebay.gateway.offload.JobSettings;
import io.forebay.gateway.offload.Offloading;
import io.forebay.gateway.offload.Submissions;
import io.forebay.gateway.proxy.Forwarder;
import io.forebay.gateway.proxy.LoopUpstreams;
import io.forebay.gateway.schedule.ScheduleStatus;
import io.forebay.gateway.schedule.Scheduler;
import io.forebay.gateway.webhook.Webhooks;
import io.forebay.gateway.worker.AttemptParts;
import io.forebay.gateway.worker.Dispatcher;
import io.forebay.gateway.worker.LateQueues;
import io.forebay.offload.JobId;
import io.forebay.offload.JobState;
import io.forebay.offload.StoreListener;
import io.forebay.policy.PolicySnapshot;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;

/// What a gateway does with jobs, put together: it takes them, serves them, works them off, and submits those that
/// schedules name.
final class JobRuntime implements StoreListener, AutoCloseable {
    private final JobSettings settings;
    private final Submissions submissions;
    private final JobEndpoints endpoints;
    private final LateQueues lateQueues;
    private final Dispatcher dispatcher;
    private final Scheduler scheduler;
    private final Offloading offloading;

    /// Nothing is worked off before [#start].
    ///
    /// @param webhooks the caller's, who closes it
    /// @param ends counts the exchange of each attempt
    JobRuntime(
            JobParts parts,
            Supplier<PolicySnapshot> policy,
            List<LoopContext> loops,
            LoopUpstreams[] upstreamsOfLoop,
            Forwarder forwarder,
            Webhooks webhooks,
            RequestHandler ends) {
        this.settings = parts.settings();
        this.submissions = new Submissions(parts);
        this.endpoints = new JobEndpoints(parts, submissions);
        this.lateQueues = new LateQueues(parts.reader()::queues, policy);
        AttemptParts attempts =
                new AttemptParts(parts.store(), parts.reader(), parts.spool(), ends, webhooks, settings.jobsPath());
        this.dispatcher = new Dispatcher(attempts, policy, lateQueues, loops, upstreamsOfLoop);
        this.scheduler =
                new Scheduler(parts.store(), parts.reader(), settings.nodeId(), policy, InstantSource.system());
        this.offloading = new Offloading(parts, submissions, forwarder, dispatcher);
    }

    /// Which requests become jobs.
    Offloading offloading() {
        return offloading;
    }

    /// The paths under the reserved prefix.
    JobEndpoints endpoints() {
        return endpoints;
    }

    LateQueues lateQueues() {
        return lateQueues;
    }

    List<ScheduleStatus> schedules() {
        return scheduler.schedules();
    }

    /// Attempts that this process makes at the moment.
    int running() {
        return dispatcher.running();
    }

    /// Clients that wait for a change of their job, and workers that wait for one.
    int waiting() {
        return endpoints.waiting();
    }

    void bind(PrometheusMeterRegistry registry) {
        Gauge.builder("forebay.queues.late", lateQueues, late -> late.count(System.currentTimeMillis()))
                .description("Queues whose oldest job has waited longer than their maxWait")
                .register(registry);
        Gauge.builder("forebay.jobs.attempts.running", dispatcher, Dispatcher::running)
                .description("Attempts of jobs that this process makes at the moment")
                .register(registry);
        scheduler.counts().bind(registry);
    }

    /// Begins to work off the queues, and to fill them by schedules.
    void start() {
        dispatcher.start();
        if (settings.runsSchedules()) {
            scheduler.start();
        }
    }

    @Override
    public void changed(JobId id, long version, JobState state) {
        endpoints.changed(id);
        submissions.changed(id, state);
        dispatcher.changed(id, state);
    }

    @Override
    public void emitted(JobId id) {
        endpoints.emitted(id);
    }

    @Override
    public void ready(String queue) {
        dispatcher.ready(queue);
        endpoints.ready(queue);
    }

    /// Begins no more attempts; those under way go on.
    void stopWork() {
        scheduler.close();
        dispatcher.drain();
    }

    /// Lets nobody wait any more: whoever does is told what there is.
    void stopWaiting() {
        endpoints.drain();
    }

    /// Whether an attempt is under way, or about to begin.
    boolean isBusy() {
        return dispatcher.isBusy();
    }

    /// Breaks off the attempts under way.
    void breakOff() {
        scheduler.close();
        dispatcher.close();
    }

    /// Ends its threads; before the loops end, and after [#breakOff].
    @Override
    public void close() {
        submissions.close();
    }
}
