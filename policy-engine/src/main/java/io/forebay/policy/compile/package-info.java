/// From typed documents to one [io.forebay.policy.PolicySnapshot]: do the objects fit each other, and what is in
/// force when one does not.
///
/// The way of one compile: [Selection] (one candidate per object, duplicates named) -> [Resolution] (each candidate
/// is checked by the [ObjectChecks] of its kind; a faulty one is replaced by its last good version) ->
/// [EffectiveObjects] -> [Linker] (listeners, routes, attached policies) and [Statuses].
///
/// What a fault costs: a faulty object keeps its last good version. Without one, a faulty HTTPRoute rule and every
/// rule under a faulty SecurityPolicy answer 500 with the reason; a faulty listener is left out; a faulty limit,
/// offload or queue is not applied. A reference to a missing Backend costs only its share of the weight, as the
/// Gateway API has it.
///
/// Pure: no I/O (the bytes of referenced files come in with the input), no clock, no threads. Depends on
/// `policy.document` and on the runtime types of `policy` and its packages.
@NullMarked
package io.forebay.policy.compile;

import org.jspecify.annotations.NullMarked;
