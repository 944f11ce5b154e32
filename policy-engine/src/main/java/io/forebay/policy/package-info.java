/// What to do with a request, as immutable data and pure functions. Depends on nothing of ours.
@NullMarked
package io.forebay.policy;

import org.jspecify.annotations.NullMarked;
