package io.forebay.mesh;

import static java.util.Objects.requireNonNull;

/// The zone that the gateway is in, and how its endpoints are preferred.
///
/// @param name as endpoints bear it
/// @param forcedEndpoints with so many healthy endpoints it takes all calls, however many are not healthy; 0 for never
public record LocalZone(String name, int forcedEndpoints) {
    public LocalZone {
        requireNonNull(name, "name");
        if (name.isEmpty()) {
            throw new IllegalArgumentException("name must not be empty");
        }
        if (forcedEndpoints < 0 || forcedEndpoints > Backend.ENDPOINTS_MAX) {
            throw new IllegalArgumentException(
                    "forcedEndpoints must be 0 to " + Backend.ENDPOINTS_MAX + ": " + forcedEndpoints);
        }
    }
}
