package io.forebay.policy.compile;

import io.forebay.policy.document.Document;
import io.forebay.policy.document.ParsedFile;
import io.forebay.policy.document.QueueSpec;
import io.forebay.policy.document.SecurityPolicySpec;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The texts of the files that policy objects name (certificates, keys, key sets, schemas), read beforehand so that a
/// compile is a pure function. Keys are the paths as the documents write them.
public record ReferencedFiles(Map<String, Content> contents) {

    public static final ReferencedFiles NONE = new ReferencedFiles(Map.of());

    public ReferencedFiles {
        contents = Map.copyOf(contents);
    }

    /// What reading a named file gave.
    public sealed interface Content {
        /// The text, read as UTF-8: PEM and JSON both are.
        record Text(String text) implements Content {
            public static Text of(byte[] bytes) {
                return new Text(new String(bytes, StandardCharsets.UTF_8));
            }

            @Override
            public String toString() {
                return "Text[" + text.length() + " characters]";
            }
        }

        /// Why there are none, without file contents.
        record Unreadable(String reason) implements Content {}
    }

    /// The content of a named file; a path that nobody read is unreadable.
    Content content(String path) {
        Content content = contents.get(path);
        return content == null ? new Content.Unreadable("was not read") : content;
    }

    /// The paths that a file names.
    public static Set<String> namedIn(ParsedFile file) {
        return file.documents().stream().flatMap(ReferencedFiles::named).collect(Collectors.toUnmodifiableSet());
    }

    private static Stream<String> named(Document document) {
        return switch (document) {
            case Document.FileSecret(var header, var spec) ->
                present(spec.tlsCrt(), spec.tlsKey(), spec.caCrt(), spec.webhookKey());
            case Document.SecurityPolicy(var header, var spec) -> jwksFiles(spec);
            case Document.Queue(var header, var spec) ->
                spec.schema() == null
                        ? Stream.empty()
                        : spec.schema().versions().stream().map(QueueSpec.SchemaVersion::file);
            case Document.ConnectionRoute _ -> Stream.empty();
            case Document.Gateway _ -> Stream.empty();
            case Document.RequestRoute _ -> Stream.empty();
            case Document.Backend(var header, var spec) ->
                spec.endpointsFrom() == null
                        ? Stream.empty()
                        : Stream.of(spec.endpointsFrom().fileRef());
            case Document.BackendTlsPolicy _ -> Stream.empty();
            case Document.Secret _ -> Stream.empty();
            case Document.ConfigMap _ -> Stream.empty();
            case Document.BackendTrafficPolicy _ -> Stream.empty();
            case Document.ClientTrafficPolicy _ -> Stream.empty();
            case Document.OffloadPolicy _ -> Stream.empty();
            case Document.Schedule _ -> Stream.empty();
            case Document.ReferenceGrant _ -> Stream.empty();
            case Document.HttpRouteFilter _ -> Stream.empty();
        };
    }

    private static Stream<String> jwksFiles(SecurityPolicySpec spec) {
        return spec.jwt() == null
                ? Stream.empty()
                : spec.jwt().providers().stream()
                        .flatMap(provider -> present(provider.localJWKS().fileRef()));
    }

    private static Stream<String> present(@Nullable String... paths) {
        return Stream.of(paths).flatMap(Stream::ofNullable);
    }
}
