/// The contenders as processes pinned to a core, and the scratch folder they share: certificates, tokens, rendered
/// configurations, the origin's files. Nothing here measures; every process started here is stopped here.
@NullMarked
package io.forebay.perf.peer;

import org.jspecify.annotations.NullMarked;
