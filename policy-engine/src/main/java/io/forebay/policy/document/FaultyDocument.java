package io.forebay.policy.document;

import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRouteSpec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A policy object that can be named but not used as it stands. `policy.compile` keeps its last good version live;
/// where there is none, the parts told here say what must fail closed.
///
/// @param partialRoute the readable fields of an HTTPRoute or GRPCRoute, else null
/// @param targetRefs the readable targets of a policy
/// @param diagnostics why it is faulty: at least one error
public record FaultyDocument(
        Header header, @Nullable HTTPRouteSpec partialRoute, List<TargetRef> targetRefs, List<Diagnostic> diagnostics) {

    public ObjectKey key() {
        return header.key();
    }
}
