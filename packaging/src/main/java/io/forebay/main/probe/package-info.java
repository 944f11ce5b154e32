/// Asks the process that runs whether it is ready. Loads little: it is called every few seconds.
@NullMarked
package io.forebay.main.probe;

import org.jspecify.annotations.NullMarked;
