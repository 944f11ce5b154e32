/// Keys and values as bytes: the only place that knows the layout. Depends on `offload`, `offload.machine`,
/// `offload.timer` and `offload.storage`.
///
/// Keys are big-endian and fixed in width, so that byte order is the order meant. Every value is `version u8 |
/// fields | CRC32C u32` over all before it; a value that fails its check is a `DamagedValueException` naming family
/// and key. In fields, numbers are varints (base 128, low group first), strings and byte strings have a varint
/// length before them, and optional groups a presence byte.
///
/// | family | key | value |
/// |---|---|---|
/// | `meta` | 1 | format of the whole store |
/// | `meta` | 2 | stamp: last `nowMs`, timer cursor, next tenant |
/// | `meta` | 3, queue u32 | queue: name, orphaned, pauses, settings |
/// | `meta` | 4, queue u32 | counters of that queue; the oldest change each of its lists may hold |
/// | `meta` | 5, tenant name | tenant number |
/// | `meta` | 6, queue u32, tenant u32, priority u8 | shard: nothing stands at or before this place |
/// | `meta` | 7, topic name | topic number, next offset, last hash |
/// | `meta` | 8, queue u32 | an operation under way, its filter and how far it is |
/// | `meta` | 9 | generation of the queue configuration |
/// | `job` | id 16 | origin, progress, alarms, lengths, CRCs and places of four parts |
/// | `blob` | id 16, part u8, chunk u32 | up to 64 KiB of a part |
/// | `blob` | id 16, 32 or 34 | head and body of the request, or of the result, where both are short |
/// | `blob` | id 16, 64, number u32 | event: epoch, attempt, time, kind, what it says |
/// | `ready` | queue u32, tenant u32, priority u8, place u64 | id, job version, cost |
/// | `timer` | fireAtMs u64, kind u8, id 16 | nothing |
/// | `order` | queue u32, key hash u64, place u64 | place 0: the line's head; else the id waiting there |
/// | `idem` | scope hash 16, key hash 16 | id, fingerprint, end of the window |
/// | `index` | queue u32, state class u8, changedMs u64, id 16 | tenant number, reason |
/// | `log` | topic u32, partition u32, offset u64 | time, bytes, hash |
@NullMarked
package io.forebay.offload.codec;

import org.jspecify.annotations.NullMarked;
