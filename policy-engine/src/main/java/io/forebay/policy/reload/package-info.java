/// Keeps the snapshot in step with the policy directory; the only package of this module with threads and files.
///
/// [PolicyReloader] does one reload: [PolicyDirectory] reads a consistent state of all files, `document` parses,
/// `compile` compiles against the objects in force, the [PublishGate] lets the store take up the queues, and
/// [PolicyHolder] gets the snapshot by one volatile write. [PolicyWatcher] (thread `policy-watcher`) says when.
/// [PolicyCheck] does the same once, without publishing.
///
/// Depends on `policy.document`, `policy.compile` and the runtime types.
@NullMarked
package io.forebay.policy.reload;

import org.jspecify.annotations.NullMarked;
