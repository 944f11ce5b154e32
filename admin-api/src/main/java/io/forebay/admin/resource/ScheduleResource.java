package io.forebay.admin.resource;

import io.forebay.admin.Deadline;
import io.forebay.admin.GatewayView;
import io.forebay.admin.GatewayView.Schedule;
import io.forebay.admin.call.Answer;
import io.forebay.admin.call.Operation;
import io.forebay.admin.call.Parameters;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// `GET /api/v1/schedules`: when jobs come to be by themselves.
final class ScheduleResource {
    private final GatewayView gateway;
    private final Deadline deadline;

    ScheduleResource(GatewayView gateway, Deadline deadline) {
        this.gateway = gateway;
        this.deadline = deadline;
    }

    List<Operation> operations() {
        return List.of(Operation.get("/api/v1/schedules", Set.of("limit", "after"), this::list));
    }

    /// A page of schedules, by name.
    record SchedulesDocument(
            List<ScheduleDocument> schedules, @Nullable String next) {}

    /// One schedule. `waiting` runs are due and not yet jobs.
    record ScheduleDocument(
            String name,
            String schedule,
            String timeZone,
            String queue,
            boolean suspended,
            int waiting,
            @Nullable Instant nextRun,
            @Nullable String lastJob) {}

    private Answer list(Parameters parameters) {
        List<Schedule> all = Answer.value(deadline.ask(gateway::schedules), "list");
        Pages.Page<Schedule> page = Pages.of(all, Schedule::name, parameters.query("after"), parameters.limit());
        return Answer.of(new SchedulesDocument(
                page.things().stream().map(ScheduleResource::document).toList(), page.next()));
    }

    private static ScheduleDocument document(Schedule schedule) {
        return new ScheduleDocument(
                schedule.name(),
                schedule.schedule(),
                schedule.timeZone(),
                schedule.queue(),
                schedule.isSuspended(),
                schedule.waiting(),
                schedule.nextRun(),
                schedule.lastJob());
    }
}
