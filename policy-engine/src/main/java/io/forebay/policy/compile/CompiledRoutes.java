package io.forebay.policy.compile;

import io.forebay.policy.access.SecurityRule;
import io.forebay.policy.document.ObjectKey;
import io.forebay.policy.route.RouteIndex;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a compile made of the HTTPRoutes, for the next to take over: of thousands of routes that change one at a time
/// only the changed one is checked, linked and indexed. Immutable.
///
/// @param checkedIn what was in force before the first route was looked at
/// @param linkedIn everything that was in force beside HTTPRoutes
/// @param routes those in force as they are written
/// @param security by SecurityPolicy; rules that stay share it with rules to come
/// @param indexes by `gateway/listener`
record CompiledRoutes(
        Surroundings checkedIn,
        Surroundings linkedIn,
        Map<ObjectKey, Route> routes,
        Map<ObjectKey, SecurityRule> security,
        Map<String, RouteIndex> indexes) {

    static final CompiledRoutes NONE =
            new CompiledRoutes(Surroundings.NONE, Surroundings.NONE, Map.of(), Map.of(), Map.of());

    /// One route.
    ///
    /// @param outcome says that it is in force as it is written
    record Route(LiveObject object, Outcome outcome, RouteLinks links) {}

    /// What was made of the very object, or null.
    @SuppressWarnings("ReferenceEquality") // the very object
    @Nullable
    Route of(LiveObject object) {
        Route route = routes.get(object.key());
        return route != null && route.object() == object ? route : null;
    }
}
