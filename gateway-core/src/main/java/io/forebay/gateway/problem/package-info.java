/// One catalogue of everything the gateway refuses or fails with, and its one form on the wire: RFC 9457. May depend
/// on `gateway.http` and on the sealed refusals of the three ground-floor modules.
@NullMarked
package io.forebay.gateway.problem;

import org.jspecify.annotations.NullMarked;
