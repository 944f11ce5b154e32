/// Copies of a whole store that are worth something: each file with its length and SHA-256 in a manifest, which
/// is written last.
///
/// ```
/// BACKUP/store/rocks/...   the database as of one moment
/// BACKUP/store/spool/...   the bodies to which its jobs refer
/// BACKUP/manifest          what there is; without it the folder is no backup
/// ```
///
/// | line of the manifest | |
/// |---|---|
/// | `forebay-backup 1` | the first; the number is the manifest's format |
/// | `product VERSION`, `store-format N`, `node N` | who wrote the store, and how |
/// | `taken TIME` | all that was acknowledged before is in the backup (RFC 3339, UTC) |
/// | `sequence N` | number of the last change that is in it |
/// | `jobs LIST N` | one a list of jobs, over all queues |
/// | `file SHA256 BYTES PATH` | one a file, the path from the backup's folder |
/// | `missing PATH` | a body to which a job refers and that was not there: the store was damaged before |
/// | `files N BYTES` | how many files, and their bytes |
/// | `end SHA256` | the last: of all bytes before this line |
///
/// Depends on every other package of the store.
@NullMarked
package io.forebay.offload.backup;

import org.jspecify.annotations.NullMarked;
