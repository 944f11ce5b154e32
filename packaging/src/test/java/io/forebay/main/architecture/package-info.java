/// Guards of the architecture, run as ordinary tests over the classes of all modules.
@NullMarked
package io.forebay.main.architecture;

import org.jspecify.annotations.NullMarked;
