/// The one durable wheel: what may fire, in which order, and how far firing has come. Pure; depends on the words of
/// `offload` alone.
@NullMarked
package io.forebay.offload.timer;

import org.jspecify.annotations.NullMarked;
