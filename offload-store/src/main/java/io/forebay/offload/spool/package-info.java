/// Bodies too large for memory, one file each, beside the storage:
///
/// ```
/// spool/<run>/<thread>-<group>/<number>     content, then the CRC32C of each 64 KiB of it, 4 bytes each
/// ```
///
/// A file is written and synced, and so is its name, before a command refers to it; the commit that makes it part of a
/// job puts its key ([io.forebay.offload.codec.Keys#metaSpool]), and the file is deleted after the commit that takes
/// the key away. Whatever a crash leaves in between is found by the next run: a file of an earlier run without a key is
/// nobody's. Why files and not segments: decision 0015.
@NullMarked
package io.forebay.offload.spool;

import org.jspecify.annotations.NullMarked;
