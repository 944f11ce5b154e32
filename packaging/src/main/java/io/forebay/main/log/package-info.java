/// One JSON line a log record, on standard error.
@NullMarked
package io.forebay.main.log;

import org.jspecify.annotations.NullMarked;
