/// What the operating system says about processes and cores, and the arithmetic of a fair figure. Pure but for the
/// classes that read `/proc` or a disk (`ProcessTree`, `CoreClock`, `SyncProbe`). Depends on the JDK and
/// HdrHistogram.
@NullMarked
package io.forebay.perf.measure;

import org.jspecify.annotations.NullMarked;
