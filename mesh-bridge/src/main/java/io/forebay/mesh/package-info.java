/// The vocabulary of the far side: which backends there are, where their endpoints listen, and how a call to one of
/// them can fail. Immutable values only; depends on the JDK and nothing else.
@NullMarked
package io.forebay.mesh;

import org.jspecify.annotations.NullMarked;
