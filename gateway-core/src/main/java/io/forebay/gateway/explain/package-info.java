/// Says what would become of a request that nobody sent: it goes through the stages of the pipeline and the decisions
/// of
/// `gateway.offload` as one that came, up to where a backend or a store would be asked.
@NullMarked
package io.forebay.gateway.explain;

import org.jspecify.annotations.NullMarked;
