/// One JSON line a log record, on standard error or in files of a bounded size.
@NullMarked
package io.forebay.main.log;

import org.jspecify.annotations.NullMarked;
