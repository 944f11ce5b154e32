/// What may happen to a job, as pure code: [JobMachine] turns (index, command, time) into records and a reply, and
/// [JobIndex] folds records. No clock, no random, no I/O of its own; what is not in memory comes through [Durable],
/// a read-only view of the last commit. Depends on `offload` and `offload.timer`.
@NullMarked
package io.forebay.offload.machine;

import org.jspecify.annotations.NullMarked;
