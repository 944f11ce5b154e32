/// Many callers, one writer. Commands come through a ring to `store-writer`, which decides, replays and writes them
/// in batches and answers after the sync; reads go to `store-reader-n`.
///
/// ```
/// any thread --> RingJobStore --> ring --> StoreWriter (store-writer) --> OpenStore: machine, index, batch --> storage
///                                             |        ^
///                                             |        +-- inbox: refills from StoreReaders (store-reader-n)
///                                             +--> listener, completions, after the synced commit
/// ```
/// Depends on every other package of the store but `offload.rocks`, which comes in as a `StorageOpener`, and
/// `offload.backup`, which is above it.
@NullMarked
package io.forebay.offload.intake;

import org.jspecify.annotations.NullMarked;
