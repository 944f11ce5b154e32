/// Finding the endpoints of backends: what is known of each name, when it is asked for again, and which endpoints
/// follow from it. Pure: whoever asks the DNS gives the answers and the time. May depend on `mesh`.
@NullMarked
package io.forebay.mesh.discovery;

import org.jspecify.annotations.NullMarked;
