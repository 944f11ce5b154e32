package io.forebay.offload.intake;

import io.forebay.offload.machine.Command;
import io.forebay.offload.machine.JobIndex;
import io.forebay.offload.machine.JobMachine;
import io.forebay.offload.machine.LogRecord;
import io.forebay.offload.machine.Transition;

/// Decides commands and folds what they lead to into the index, on `store-writer`. There is one, [#REAL]; the
/// simulation puts broken ones in its place and asks whether anybody notices.
interface Machine {
    Machine REAL = new Machine() {};

    default Transition decide(JobIndex index, Command command, long nowMs) {
        return JobMachine.decide(index, command, nowMs);
    }

    default void replay(JobIndex index, LogRecord record) {
        index.replay(record);
    }
}
