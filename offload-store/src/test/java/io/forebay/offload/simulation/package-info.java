/// The store under everything that can happen to it, by seed: clients and workers who repeat, hang and come late, a
/// process that dies, a disk that fails. The writer, the ring, the readers, the machine and the codec are the real
/// ones; threads, time and disk are not. What must hold is judged by [Invariant]s that know only what callers were
/// told: nothing here may import the machine or the codec.
package io.forebay.offload.simulation;
