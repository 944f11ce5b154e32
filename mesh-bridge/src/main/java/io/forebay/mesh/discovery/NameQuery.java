package io.forebay.mesh.discovery;

import io.forebay.mesh.EndpointName;
import io.forebay.mesh.NameLookup;

/// What is asked of the DNS; backends that ask the same share the answer.
///
/// @param isService whether SRV records are asked for, and then the addresses of what they name
public record NameQuery(String hostname, boolean isService, NameLookup lookup) {
    static NameQuery of(EndpointName name, NameLookup lookup) {
        return new NameQuery(name.hostname(), name.isService(), lookup);
    }

    /// Whether both are about the same name, however it is looked up.
    boolean isAbout(NameQuery other) {
        return isService == other.isService && hostname.equals(other.hostname);
    }
}
