/// What commands print for machines: one JSON document on standard output.
@NullMarked
package io.forebay.main.output;

import org.jspecify.annotations.NullMarked;
