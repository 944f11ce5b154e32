/// The files by which the nodes of several gateways know each other, and what follows them as they change.
@NullMarked
package io.forebay.main.peer;

import org.jspecify.annotations.NullMarked;
