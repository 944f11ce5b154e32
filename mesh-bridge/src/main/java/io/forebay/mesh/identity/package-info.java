/// Who we are and who the others are: SPIFFE names, certificates and the small authority that issues them. Runs off the
/// event loops, at start and when files change; only parsing a name is cheap enough for a handshake. The home of Bouncy
/// Castle; depends on nothing of ours.
@NullMarked
package io.forebay.mesh.identity;

import org.jspecify.annotations.NullMarked;
