/// `forebay init`: a first policy of one's own, with what it takes to run it.
@NullMarked
package io.forebay.main.init;

import org.jspecify.annotations.NullMarked;
