/// `forebay diff`: what another policy folder would change, object by object and field by field.
@NullMarked
package io.forebay.main.diff;

import org.jspecify.annotations.NullMarked;
