package io.forebay.policy.compile;

import io.forebay.policy.compile.ReferencedFiles.Content;
import io.forebay.policy.document.BackendSpec;
import io.forebay.policy.document.Document;
import io.forebay.policy.document.EndpointsFile;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A Backend's endpoints, where they stand in a file: are they there, and are they endpoints.
final class EndpointChecks {
    private static final String PATH = "spec.endpointsFrom.fileRef";

    private EndpointChecks() {}

    /// @param kept has the endpoints of a last good version, whatever has become of their file
    static Checked check(Document.Backend backend, @Nullable Material kept, Scope scope) {
        Checked checked = Checked.begin(backend.header());
        BackendSpec.EndpointsFrom from = backend.spec().endpointsFrom();
        if (from == null) {
            return checked.with(new Material.None());
        }
        if (kept != null) {
            return checked.with(kept);
        }
        return switch (scope.referenced().content(from.fileRef())) {
            case Content.Unreadable(var reason) -> {
                checked.faults().error(backend.header().at(PATH), PATH, "the file " + from.fileRef() + " " + reason);
                yield checked;
            }
            case Content.Text(var text) -> {
                List<BackendSpec.Endpoint> found = EndpointsFile.read(from.fileRef(), text, checked.faults());
                yield found == null ? checked : checked.with(new Material.Endpoints(found));
            }
        };
    }

    /// All endpoints of a checked Backend.
    static List<BackendSpec.Endpoint> endpoints(BackendSpec spec, Material material) {
        return material instanceof Material.Endpoints(var found) ? found : spec.endpoints();
    }
}
