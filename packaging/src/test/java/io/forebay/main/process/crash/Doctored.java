package io.forebay.main.process.crash;

import static io.forebay.main.process.crash.SoundHistory.AGAIN;
import static io.forebay.main.process.crash.SoundHistory.FIRST;
import static io.forebay.main.process.crash.SoundHistory.FIRST_RUN;
import static io.forebay.main.process.crash.SoundHistory.KEYED;
import static io.forebay.main.process.crash.SoundHistory.LEASE;
import static io.forebay.main.process.crash.SoundHistory.NEXT_LEASE;
import static io.forebay.main.process.crash.SoundHistory.ONCE;
import static io.forebay.main.process.crash.SoundHistory.PLAIN;
import static io.forebay.main.process.crash.SoundHistory.PULLED;
import static io.forebay.main.process.crash.SoundHistory.SECOND;
import static io.forebay.main.process.crash.SoundHistory.WORK;
import static io.forebay.main.process.crash.SoundHistory.id;
import static io.forebay.main.process.crash.SoundHistory.result;
import static io.forebay.main.process.crash.SoundHistory.run;
import static io.forebay.main.process.crash.SoundHistory.status;

import java.util.List;
import java.util.function.UnaryOperator;

/// A history in which one thing is wrong, and the rule that has to find it.
///
/// @param wrong in words
/// @param named what the finding has to name
record Doctored(String wrong, Class<? extends Rule> rule, String named, UnaryOperator<SoundHistory> treatment) {
    private static final String EACH_MINUTE = CrashPolicy.SCHEDULES.getFirst();
    private static final long FAR_MS = 1_000_000;

    private static final FinalJob UNASKED =
            new FinalJob(status(new Request(Kind.PLAIN, 99, ""), "succeeded", "", 1), "");
    private static final Request CALL = new Request(Kind.AGAIN, 2, "");
    private static final Request REFUSED = new Request(Kind.PLAIN, 2, "");
    private static final Lease SAME_EPOCH = new Lease(PULLED.name(), id(PULLED), 2, 2, "another token");

    static List<Doctored> all() {
        return List.of(
                new Doctored(
                        "a job is lost", AcceptedJobsEnd.class, PLAIN.name(), history -> history.withoutJob(id(PLAIN))),
                new Doctored(
                        "a job was not found for a while",
                        AcceptedJobsEnd.class,
                        PLAIN.name(),
                        history -> history.add(new Event.Missing(PLAIN.name(), id(PLAIN)))),
                new Doctored(
                        "a job does not end",
                        AcceptedJobsEnd.class,
                        PLAIN.name(),
                        history -> history.change(PLAIN, _ -> end(PLAIN, "running", "", 1))),
                new Doctored(
                        "a call that may be repeated fails as interrupted",
                        EveryEndHasACause.class,
                        AGAIN.name(),
                        history -> history.change(AGAIN, _ -> end(AGAIN, "failed", "interrupted", 2))),
                new Doctored(
                        "a job fails with a status that nobody sent",
                        EveryEndHasACause.class,
                        PLAIN.name(),
                        history -> history.change(PLAIN, _ -> end(PLAIN, "failed", "status-422", 1))),
                new Doctored(
                        "one lost worker is enough",
                        EveryEndHasACause.class,
                        PULLED.name(),
                        history -> history.change(PULLED, _ -> end(PULLED, "failed", "quarantined", 1))),
                new Doctored(
                        "a job is canceled",
                        EveryEndHasACause.class,
                        PLAIN.name(),
                        history -> history.change(PLAIN, _ -> end(PLAIN, "canceled", "", 1))),
                new Doctored(
                        "a job that nobody asked for",
                        NoJobComesFromNowhere.class,
                        UNASKED.id(),
                        history -> history.add(UNASKED)),
                new Doctored(
                        "a refused request is a job",
                        NoJobComesFromNowhere.class,
                        REFUSED.name(),
                        history -> history.add(new Event.Invoked(REFUSED))
                                .add(new Event.Refused(REFUSED, 503, "queue-full"))
                                .call(REFUSED, 1, 1, 200)
                                .add(new FinalJob(status(REFUSED, "succeeded", "", 1), result(REFUSED, 1)))),
                new Doctored(
                        "an answered call is a job",
                        NoJobComesFromNowhere.class,
                        CALL.name(),
                        history -> history.add(new Event.Invoked(CALL))
                                .add(new Event.Arrived(CALL.name(), "", 1, 0))
                                .add(new Event.Replied(CALL.name(), 1, 200, result(CALL, 1)))
                                .add(new Event.Answered(CALL, 200))
                                .add(new FinalJob(status(CALL, "succeeded", "", 1), result(CALL, 1)))),
                new Doctored(
                        "a job that is not there is worked on",
                        NoJobComesFromNowhere.class,
                        REFUSED.name(),
                        history -> history.add(new Event.Arrived(REFUSED.name(), id(REFUSED), 1, 1))),
                new Doctored(
                        "a key is two jobs",
                        OneRequestIsOneJob.class,
                        KEYED.name(),
                        history -> history.add(new Event.Accepted(KEYED, "another"))
                                .add(new FinalJob(
                                        new JobStatus("another", "", "succeeded", "", 2, "", KEYED.traceId(), ""),
                                        result(KEYED, 2)))),
                new Doctored(
                        "an answer is lost without a kill",
                        NoAnswerIsLostInALife.class,
                        PLAIN.name(),
                        history -> history.add(new Event.Unanswered(PLAIN))),
                new Doctored(
                        "two leases at once",
                        NoJobHasTwoValidLeases.class,
                        PULLED.name(),
                        history -> history.add(new Event.Leased(third(3), FAR_MS))
                                .add(new Event.Leased(third(4), FAR_MS))),
                new Doctored(
                        "a heartbeat is not kept",
                        NoJobHasTwoValidLeases.class,
                        PULLED.name(),
                        history -> history.add(new Event.Leased(third(3), history.clockMs()))
                                .add(new Event.Renewed(third(3), FAR_MS))
                                .add(new Event.Leased(third(4), FAR_MS))),
                new Doctored(
                        "two completions count",
                        NoJobHasTwoValidLeases.class,
                        PULLED.name(),
                        history -> history.add(new Event.Leased(third(3), FAR_MS))
                                .add(new Event.Reporting(third(3), Verb.COMPLETE, WORK))
                                .add(new Event.ReportTaken(third(3), Verb.COMPLETE, WORK))),
                new Doctored(
                        "a late report counts",
                        LateReportsChangeNothing.class,
                        PULLED.name(),
                        history -> history.add(new Event.Reporting(LEASE, Verb.RELEASE, ""))
                                .add(new Event.ReportTaken(LEASE, Verb.RELEASE, ""))),
                new Doctored(
                        "a report counts twice",
                        LateReportsChangeNothing.class,
                        PULLED.name(),
                        history -> history.add(new Event.Reporting(NEXT_LEASE, Verb.RELEASE, ""))
                                .add(new Event.ReportTaken(NEXT_LEASE, Verb.RELEASE, ""))),
                new Doctored(
                        "a late report is an error",
                        LateReportsChangeNothing.class,
                        PULLED.name(),
                        history -> history.add(new Event.Reporting(LEASE, Verb.FAIL, ""))
                                .add(new Event.ReportRefused(LEASE, Verb.FAIL, 500, "internal"))),
                new Doctored(
                        "a valid lease is refused",
                        ValidReportsCount.class,
                        PULLED.name(),
                        history -> history.add(new Event.Leased(third(3), FAR_MS))
                                .add(new Event.Reporting(third(3), Verb.COMPLETE, WORK))
                                .add(new Event.ReportRefused(third(3), Verb.COMPLETE, 409, "lease-stale"))),
                new Doctored(
                        "an epoch of a lease comes twice",
                        EpochsGrow.class,
                        PULLED.name(),
                        history -> history.add(new Event.Leased(SAME_EPOCH, FAR_MS))),
                new Doctored(
                        "an old epoch calls",
                        EpochsGrow.class,
                        KEYED.name(),
                        history -> history.add(new Event.Arrived(KEYED.name(), id(KEYED), 1, 1))),
                new Doctored(
                        "a line is out of order",
                        ArrivalsFollowSubmitOrder.class,
                        SECOND.name(),
                        history -> history.without(new Event.Arrived(FIRST.name(), id(FIRST), 1, 1))
                                .without(new Event.Replied(FIRST.name(), 1, 200, result(FIRST, 1)))
                                .call(FIRST, 1, 1, 200)),
                new Doctored(
                        "a line does not wait for the answer",
                        ArrivalsFollowSubmitOrder.class,
                        SECOND.name(),
                        history -> history.without(new Event.Replied(FIRST.name(), 1, 200, result(FIRST, 1)))
                                .add(new Event.Replied(FIRST.name(), 1, 200, result(FIRST, 1)))),
                new Doctored(
                        "a line does not wait for the next attempt",
                        ArrivalsFollowSubmitOrder.class,
                        SECOND.name(),
                        history -> history.call(FIRST, 2, 2, 200)
                                .change(FIRST, _ -> new FinalJob(status(FIRST, "succeeded", "", 2), result(FIRST, 2)))),
                new Doctored(
                        "a result is another attempts",
                        ResultsAreWhatWasSent.class,
                        KEYED.name(),
                        history -> history.change(KEYED, job -> new FinalJob(job.status(), result(KEYED, 1)))),
                new Doctored(
                        "a result is of a late report",
                        ResultsAreWhatWasSent.class,
                        PULLED.name(),
                        history -> history.change(PULLED, job -> new FinalJob(job.status(), "late work"))),
                new Doctored(
                        "what is kept of a failed call was not sent",
                        ResultsAreWhatWasSent.class,
                        ONCE.name(),
                        history -> history.change(ONCE, job -> new FinalJob(job.status(), "something"))),
                new Doctored(
                        "a terminal state changes",
                        TerminalStatesNeverChange.class,
                        PULLED.name(),
                        history -> history.add(new Event.Seen(PULLED.name(), status(PULLED, "running", "", 3)))),
                new Doctored(
                        "the final state is another",
                        TerminalStatesNeverChange.class,
                        id(PULLED),
                        history -> history.change(
                                PULLED, job -> new FinalJob(status(PULLED, "succeeded", "", 3), job.result()))),
                new Doctored(
                        "a call is made twice in an attempt",
                        CallsAreMadeOnceAnAttempt.class,
                        ONCE.name(),
                        history -> history.add(new Event.Arrived(ONCE.name(), "", 1, 0))),
                new Doctored(
                        "a call is made for an attempt that does not count",
                        CallsAreMadeOnceAnAttempt.class,
                        PLAIN.name(),
                        history -> history.call(PLAIN, 2, 2, 200)),
                new Doctored(
                        "a call is made again against its policy",
                        CallsAreMadeOnceAnAttempt.class,
                        ONCE.name(),
                        history -> history.call(ONCE, 2, 2, 200)
                                .change(ONCE, _ -> new FinalJob(status(ONCE, "succeeded", "", 2), result(ONCE, 2)))),
                new Doctored(
                        "a job succeeds without a call",
                        CallsAreMadeOnceAnAttempt.class,
                        AGAIN.name(),
                        history -> history.without(new Event.Arrived(AGAIN.name(), id(AGAIN), 2, 2))),
                new Doctored(
                        "a call that is no job is made twice",
                        CallsAreMadeOnceAnAttempt.class,
                        CALL.name(),
                        history -> history.add(new Event.Invoked(CALL))
                                .add(new Event.Arrived(CALL.name(), "", 1, 0))
                                .add(new Event.Arrived(CALL.name(), "", 1, 0))),
                new Doctored(
                        "a run is missing",
                        EachRunIsOneJob.class,
                        EACH_MINUTE,
                        history -> history.withoutJob(
                                run(EACH_MINUTE, FIRST_RUN, 0).id())),
                new Doctored(
                        "a run is two jobs",
                        EachRunIsOneJob.class,
                        EACH_MINUTE,
                        history -> history.add(run(EACH_MINUTE, FIRST_RUN, 9))),
                new Doctored(
                        "a run is before its schedule",
                        EachRunIsOneJob.class,
                        EACH_MINUTE,
                        history -> history.add(run(EACH_MINUTE, FIRST_RUN.minusSeconds(60), 0))),
                new Doctored(
                        "a run comes between times",
                        EachRunIsOneJob.class,
                        EACH_MINUTE,
                        history -> history.add(run(EACH_MINUTE, FIRST_RUN.plusSeconds(30), 0))),
                new Doctored(
                        "a run fails",
                        EachRunIsOneJob.class,
                        EACH_MINUTE,
                        history -> history.withoutJob(
                                        run(EACH_MINUTE, FIRST_RUN, 0).id())
                                .add(failed(run(EACH_MINUTE, FIRST_RUN, 0)))),
                new Doctored(
                        "a schedule is never in force",
                        EachRunIsOneJob.class,
                        EACH_MINUTE,
                        history -> history.without(new Event.InForce(EACH_MINUTE, FIRST_RUN))
                                .without(new Event.InForce(EACH_MINUTE, FIRST_RUN.plusSeconds(60)))));
    }

    private static FinalJob end(Request request, String state, String reason, int attempt) {
        return new FinalJob(status(request, state, reason, attempt), "");
    }

    private static Lease third(int epoch) {
        return new Lease(PULLED.name(), id(PULLED), epoch, epoch, "token-" + epoch);
    }

    private static FinalJob failed(FinalJob run) {
        JobStatus was = run.status();
        return new FinalJob(
                new JobStatus(was.id(), was.queue(), "failed", "", 1, was.finished(), was.traceId(), was.principal()),
                "");
    }

    Evidence evidence() {
        return treatment.apply(new SoundHistory()).evidence();
    }

    @Override
    public String toString() {
        return wrong;
    }
}
