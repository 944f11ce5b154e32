/// Finds the rule for a request: hosts, paths, methods, headers and query parameters with the Gateway API's
/// precedence, and the weighted choice of a backend. Pure; depends on `policy`, `policy.access`, `policy.limit`,
/// `policy.offload` and `policy.expression`.
@NullMarked
package io.forebay.policy.route;

import org.jspecify.annotations.NullMarked;
