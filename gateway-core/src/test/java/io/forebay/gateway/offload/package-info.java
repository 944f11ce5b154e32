/// Jobs over HTTP against a real gateway, a real store on disk and upstreams on loopback.
@NullMarked
package io.forebay.gateway.offload;

import org.jspecify.annotations.NullMarked;
