/// What is measured and by which rules: rounds, pairs, retries, labels, reports. Depends on `perf.peer` for the
/// contenders, on `perf.load` for the generator's result and on `perf.measure` for clocks and arithmetic.
@NullMarked
package io.forebay.perf.scenario;

import org.jspecify.annotations.NullMarked;
