/// Microbenchmarks, run by `perf bench`. A benchmark of a class that is not public stands in a holder of that class's
/// package and is named here. Depends on JMH and on what it measures.
@NullMarked
package io.forebay.perf.bench;

import org.jspecify.annotations.NullMarked;
