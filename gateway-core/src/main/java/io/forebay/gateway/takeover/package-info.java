/// The change of the process while traffic flows, although the job store has one owner at a time. The next process
/// serves what needs no store by itself from its first moment; what needs it goes to the process that has it, over a
/// Unix socket with the proxy code of every call, until the store is open here.
@NullMarked
package io.forebay.gateway.takeover;

import org.jspecify.annotations.NullMarked;
