/// Durable jobs, as a caller sees them: what to hand in ([Submission]), what comes back ([Outcome]), how work is
/// taken and settled ([JobStore]) and looked at ([JobReader]). Every payload is opaque bytes: nothing here knows
/// HTTP. This package holds words only and depends on nothing but the JDK.
@NullMarked
package io.forebay.offload;

import org.jspecify.annotations.NullMarked;
