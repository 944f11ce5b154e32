package io.forebay.offload.machine;

import java.util.List;

/// The owner's judgement: what a command leads to, given all that is known and the time. It touches nothing; the
/// caller replays the records and writes them. Two machines that see the same index, command and time decide alike.
public final class JobMachine {
    private JobMachine() {}

    public static Transition decide(JobIndex index, Command command, long nowMs) {
        return switch (command) {
            case Command.Submit submit -> SubmitRules.submit(index, submit, nowMs);
            case Command.SubmitAll all -> BatchRules.submitAll(index, all, nowMs);
            case Command.BeginRunning begin -> SubmitRules.beginRunning(index, begin, nowMs);
            case Command.TakeLeases take -> LeaseRules.take(index, take, nowMs);
            case Command.SkipHead skip -> LeaseRules.skipHead(index, skip.queue(), nowMs);
            case Command.Heartbeat heartbeat -> LeaseRules.heartbeat(index, heartbeat, nowMs);
            case Command.Emit emit -> EventRules.emit(index, emit, nowMs);
            case Command.Complete complete -> AttemptRules.complete(index, complete, nowMs);
            case Command.Fail fail -> AttemptRules.fail(index, fail, nowMs);
            case Command.Release release -> AttemptRules.release(index, release, nowMs);
            case Command.Withdraw withdraw -> AttemptRules.withdraw(index, withdraw, nowMs);
            case Command.Cancel cancel -> AttemptRules.cancel(index, cancel, nowMs);
            case Command.Reclaim reclaim -> AttemptRules.reclaim(index, reclaim, nowMs);
            case Command.Redrive redrive -> RedriveRules.redrive(index, redrive.job(), nowMs);
            case Command.Operate operate -> SweepRules.operate(index, operate, nowMs);
            case Command.StopOperation stop -> SweepRules.stop(index, stop);
            case Command.ContinueSweep step -> SweepRules.goOn(index, step, nowMs);
            case Command.PauseQueue pause -> QueueRules.pause(index, pause, nowMs);
            case Command.ResumeQueue resume -> QueueRules.resume(index, resume);
            case Command.Configure configure -> QueueRules.configure(index, configure, nowMs);
            case Command.Append append -> QueueRules.append(index, append, nowMs);
            case Command.FireTimer fire -> TimerRules.fire(index, fire.timer(), nowMs);
            case Command.AcceptRefill refill ->
                Transition.silent(List.of(new LogRecord.ShardRefilled(refill.refill())));
        };
    }
}
