/// Where the log goes.
@NullMarked
package io.forebay.main.log;

import org.jspecify.annotations.NullMarked;
