package io.forebay.gateway.health;

import io.forebay.gateway.proxy.UpstreamConnector;
import io.forebay.mesh.HealthCheck;
import org.jspecify.annotations.Nullable;

/// How the endpoints of one backend are asked: what, and over connections that are opened like those of calls.
/// Immutable; two that are equal ask alike, with the same certificates.
///
/// @param tlsFault why nobody can be asked, since the TLS that the backend wants could not be made ready; null where
///     that is not so
record ProbePlan(
        HealthCheck.Active check,
        UpstreamConnector connector,
        @Nullable String tlsFault) {}
