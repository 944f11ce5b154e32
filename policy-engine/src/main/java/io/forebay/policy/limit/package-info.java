/// Rate limits: what is counted, the arithmetic of the generic cell rate algorithm, and the table of counters that
/// all loops share. Pure functions of `nowNs`; depends on `policy`.
@NullMarked
package io.forebay.policy.limit;

import org.jspecify.annotations.NullMarked;
