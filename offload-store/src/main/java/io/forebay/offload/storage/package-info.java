/// What the store asks of the thing that keeps its bytes: families of ordered keys, point reads, bounded scans,
/// snapshots and one synced atomic write. Two implementations stand behind it (RocksDB, and memory for tests) and
/// one conformance test in front. Depends on nothing of ours.
@NullMarked
package io.forebay.offload.storage;

import org.jspecify.annotations.NullMarked;
