/// Figures made from samples: pure functions over what was read at several moments, and the one thread that reads.
/// May depend on `admin`.
@NullMarked
package io.forebay.admin.insight;

import org.jspecify.annotations.NullMarked;
