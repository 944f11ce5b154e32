/// `forebay explain`: what would become of a request, and which lines of the policy say so. The decisions are those of
/// `io.forebay.gateway.explain`, which are the gateway's own.
@NullMarked
package io.forebay.main.explain;

import org.jspecify.annotations.NullMarked;
