package io.forebay.main.process.crash;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/// A history in which the contract holds, with something of everything, and ways to doctor it.
final class SoundHistory {
    static final Instant FIRST_RUN = Instant.parse("2026-11-26T12:00:00Z");

    static final Request KEYED = new Request(Kind.KEYED, 1, "");
    static final Request PLAIN = new Request(Kind.PLAIN, 1, "");
    static final Request FIRST = new Request(Kind.ORDERED, 1, "customer-0");
    static final Request SECOND = new Request(Kind.ORDERED, 2, "customer-0");
    static final Request PULLED = new Request(Kind.PULLED, 1, "");
    static final Request ONCE = new Request(Kind.ONCE, 1, "");
    static final Request AGAIN = new Request(Kind.AGAIN, 1, "");

    static final Lease LEASE = new Lease(PULLED.name(), id(PULLED), 1, 1, "token-1");
    static final Lease NEXT_LEASE = new Lease(PULLED.name(), id(PULLED), 2, 2, "token-2");
    static final String WORK = "the work";

    private static final int OK = 200;
    private static final int CONFLICT = 409;
    private static final long TERM_MS = 5_000;

    private final List<Entry> entries = new ArrayList<>();
    private final List<FinalJob> jobs = new ArrayList<>();
    private long clockMs;

    SoundHistory() {
        CrashPolicy.SCHEDULES.forEach(schedule -> add(new Event.InForce(schedule, FIRST_RUN)));
        for (Request request : List.of(KEYED, PLAIN, FIRST, SECOND, PULLED, ONCE, AGAIN)) {
            add(new Event.Invoked(request));
            add(new Event.Accepted(request, id(request)));
        }
        call(PLAIN, 1, 1, OK);
        call(FIRST, 1, 1, OK);
        call(SECOND, 1, 1, OK);
        add(new Event.Arrived(KEYED.name(), id(KEYED), 1, 1));
        add(new Event.Arrived(ONCE.name(), "", 1, 0));
        add(new Event.Arrived(AGAIN.name(), "", 1, 0));
        add(new Event.Leased(LEASE, clockMs + TERM_MS));
        add(new Event.Killing());
        add(new Event.Unanswered(KEYED));
        add(new Event.Ready());
        add(new Event.Invoked(KEYED));
        add(new Event.Accepted(KEYED, id(KEYED)));
        call(KEYED, 2, 2, OK);
        call(AGAIN, 2, 2, OK);
        clockMs += 2 * TERM_MS;
        add(new Event.Leased(NEXT_LEASE, clockMs + TERM_MS));
        add(new Event.Reporting(NEXT_LEASE, Verb.COMPLETE, WORK));
        add(new Event.ReportTaken(NEXT_LEASE, Verb.COMPLETE, WORK));
        add(new Event.Reporting(LEASE, Verb.COMPLETE, "late work"));
        add(new Event.ReportRefused(LEASE, Verb.COMPLETE, CONFLICT, "job-succeeded"));
        add(new Event.Seen(PULLED.name(), status(PULLED, "succeeded", "", 2)));
        CrashPolicy.SCHEDULES.forEach(schedule -> add(new Event.InForce(schedule, FIRST_RUN.plusSeconds(60))));

        for (Request request : List.of(PLAIN, FIRST, SECOND)) {
            jobs.add(new FinalJob(status(request, "succeeded", "", 1), result(request, 1)));
        }
        for (Request request : List.of(KEYED, AGAIN)) {
            jobs.add(new FinalJob(status(request, "succeeded", "", 2), result(request, 2)));
        }
        jobs.add(new FinalJob(status(ONCE, "failed", "interrupted", 1), ""));
        jobs.add(new FinalJob(status(PULLED, "succeeded", "", 2), WORK));
        for (int i = 0; i < CrashPolicy.SCHEDULES.size(); i++) {
            jobs.add(run(CrashPolicy.SCHEDULES.get(i), FIRST_RUN, i));
        }
    }

    static String id(Request request) {
        return "id-of-" + request.name();
    }

    static String result(Request request, int attempt) {
        return "attempt " + attempt + " of " + request.name();
    }

    static JobStatus status(Request request, String state, String reason, int attempt) {
        return new JobStatus(
                id(request), request.kind().queue(), state, reason, attempt, "finished", request.traceId(), "");
    }

    /// @param number tells runs of one time apart
    static FinalJob run(String schedule, Instant time, int number) {
        String id = String.format("%012x%020x", time.toEpochMilli(), number);
        return new FinalJob(
                new JobStatus(id, CrashPolicy.RUNS_QUEUE, "succeeded", "", 1, "finished", id, "schedule|" + schedule),
                "");
    }

    /// Adds at the end.
    SoundHistory add(Event event) {
        entries.add(new Entry(entries.size(), clockMs, clockMs, event));
        clockMs++;
        return this;
    }

    SoundHistory call(Request request, int attempt, int epoch, int status) {
        add(new Event.Arrived(request.name(), id(request), attempt, epoch));
        return add(new Event.Replied(request.name(), attempt, status, result(request, attempt)));
    }

    SoundHistory add(FinalJob job) {
        jobs.add(job);
        return this;
    }

    SoundHistory without(Event event) {
        List<Event> kept = new ArrayList<>(entries.stream()
                .map(Entry::event)
                .filter(one -> !one.equals(event))
                .toList());
        if (kept.size() == entries.size()) {
            throw new IllegalArgumentException("there is no " + event);
        }
        entries.clear();
        kept.forEach(this::add);
        return this;
    }

    SoundHistory withoutJob(String id) {
        if (!jobs.removeIf(job -> job.id().equals(id))) {
            throw new IllegalArgumentException("there is no job " + id);
        }
        return this;
    }

    SoundHistory change(Request request, UnaryOperator<FinalJob> change) {
        jobs.replaceAll(job -> job.id().equals(id(request)) ? change.apply(job) : job);
        return this;
    }

    long clockMs() {
        return clockMs;
    }

    Evidence evidence() {
        return new Evidence(entries, jobs);
    }
}
