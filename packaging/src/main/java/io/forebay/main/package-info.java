/// The composition root: reads the boot configuration, puts the parts together, runs and drains them. The only place
/// that may import every module.
@NullMarked
package io.forebay.main;

import org.jspecify.annotations.NullMarked;
