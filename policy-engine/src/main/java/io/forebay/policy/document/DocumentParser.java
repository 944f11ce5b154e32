package io.forebay.policy.document;

import io.fabric8.kubernetes.api.model.gatewayapi.v1.BackendTLSPolicySpec;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.GRPCRouteSpec;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.GatewaySpec;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRouteSpec;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.ReferenceGrantSpec;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.TLSRouteSpec;
import io.fabric8.kubernetes.api.model.gatewayapi.v1alpha2.TCPRouteSpec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Parses the bytes of one policy file to typed documents. A pure function: any thread, no I/O. Nothing is thrown for
/// any input; what is wrong comes back as diagnostics with file, line and column.
public final class DocumentParser {

    private static final Set<String> HEADER_FIELDS = Set.of("apiVersion", "kind", "metadata");

    private final String file;
    private final Findings fileFindings = new Findings("");
    private final List<Document> documents = new ArrayList<>();
    private final List<FaultyDocument> faulty = new ArrayList<>();
    private final List<Diagnostic> diagnostics = new ArrayList<>();

    private DocumentParser(String file) {
        this.file = file;
    }

    /// Parses one file.
    ///
    /// @param file path relative to the policy directory, as diagnostics show it
    public static ParsedFile parse(String file, byte[] bytes) {
        return new DocumentParser(file).parseAll(bytes);
    }

    private ParsedFile parseAll(byte[] bytes) {
        YamlReader.Reading reading = YamlReader.read(file, bytes);
        diagnostics.addAll(reading.diagnostics());
        for (YamlTree.Tree tree : reading.documents()) {
            parseObject(tree);
        }
        diagnostics.addAll(fileFindings.all());
        diagnostics.sort(Comparator.comparing(Diagnostic::at));
        boolean isComplete = reading.isComplete() && !fileFindings.hasErrors();
        return new ParsedFile(file, List.copyOf(documents), List.copyOf(faulty), List.copyOf(diagnostics), isComplete);
    }

    private void parseObject(YamlTree.Tree tree) {
        if (!(tree.root() instanceof Yaml.Mapping root)) {
            fileFindings.error(
                    tree.root().at(), "", "found " + tree.root().found(), "an object with apiVersion, kind, metadata");
            return;
        }
        Kind kind = kind(root);
        Header header = kind == null ? null : header(kind, root);
        if (kind == null || header == null) {
            return;
        }
        Findings findings = new Findings(header.key().toString());
        tree.defects().forEach(defect -> findings.error(defect.at(), "", defect.message(), defect.expected()));
        checkMetadata(root, findings);
        RuleTable rules = rules(kind);
        Document document = body(header, new Binder(rules, findings), findings);
        rules.check(root, findings);
        diagnostics.addAll(findings.all());
        if (document != null && !findings.hasErrors()) {
            documents.add(document);
        } else {
            HTTPRouteSpec partial = document instanceof Document.RequestRoute route ? route.spec() : null;
            faulty.add(new FaultyDocument(header, partial, targetRefs(root), findings.all()));
        }
    }

    private @Nullable Kind kind(Yaml.Mapping root) {
        String apiVersion = root.text("apiVersion");
        String kindName = root.text("kind");
        if (apiVersion == null || kindName == null) {
            String field = apiVersion == null ? "apiVersion" : "kind";
            fileFindings.error(root.at(), "", "the field " + field + " is missing or no string");
            return null;
        }
        int slash = apiVersion.indexOf('/');
        String group = slash < 0 ? "" : apiVersion.substring(0, slash);
        Kind kind = Kind.find(group, kindName).orElse(null);
        if (kind == null) {
            unknownKind(root, group, kindName);
            return null;
        }
        if (!kind.apiVersion().equals(apiVersion)) {
            fileFindings.error(
                    positionOf(root, "apiVersion"), "apiVersion", "found \"" + apiVersion + "\"", kind.apiVersion());
            return null;
        }
        return kind;
    }

    private void unknownKind(Yaml.Mapping root, String group, String kindName) {
        Position at = positionOf(root, "kind");
        if (Kind.isNotYet(group, kindName)) {
            fileFindings.error(at, "kind", "the kind " + kindName + " is not supported yet");
            return;
        }
        for (Kind kind : Kind.values()) {
            if (kind.kindName().equals(kindName)) {
                fileFindings.error(
                        positionOf(root, "apiVersion"),
                        "apiVersion",
                        "no kind " + kindName + " in this group",
                        kind.apiVersion());
                return;
            }
        }
        String nearest = Suggestion.nearest(kindName, Kind.kindNames());
        fileFindings.error(
                at,
                "kind",
                "unknown kind \"" + kindName + "\"" + (nearest == null ? "" : "; did you mean \"" + nearest + "\"?"),
                nearest == null ? "one of " + String.join(", ", Kind.kindNames()) : "");
    }

    /// Null, with a finding, where the object cannot be named.
    private @Nullable Header header(Kind kind, Yaml.Mapping root) {
        if (!(root.value("metadata") instanceof Yaml.Mapping metadata)) {
            fileFindings.error(
                    root.at(), "metadata", "a " + kind.kindName() + " without metadata", "metadata: {name: ...}");
            return null;
        }
        String name = metadata.text("name");
        if (name == null) {
            fileFindings.error(metadata.at(), "metadata", "the name is missing or no string");
            return null;
        }
        String namespace = metadata.text("namespace");
        ObjectKey key = new ObjectKey(kind, namespace == null ? ObjectKey.DEFAULT_NAMESPACE : namespace, name);
        return new Header(
                key,
                texts(metadata.value("labels")),
                texts(metadata.value("annotations")),
                Metadata.createdAtMs(metadata),
                root);
    }

    private static Map<String, String> texts(@Nullable Yaml node) {
        Map<String, String> texts = new LinkedHashMap<>();
        if (node instanceof Yaml.Mapping mapping) {
            for (String key : mapping.entries().keySet()) {
                String text = mapping.text(key);
                if (text != null) {
                    texts.put(key, text);
                }
            }
        }
        return Map.copyOf(texts);
    }

    private static void checkMetadata(Yaml.Mapping root, Findings findings) {
        Yaml metadata = root.value("metadata");
        if (metadata != null) {
            new Binder(Metadata.RULES, findings).bind(metadata, Metadata.class, "metadata");
        }
        Metadata.RULES.check(root, findings);
    }

    private @Nullable Document body(Header header, Binder binder, Findings findings) {
        return switch (header.key().kind()) {
            case GATEWAY -> {
                GatewaySpec spec = spec(header, GatewaySpec.class, binder, findings);
                yield spec == null ? null : new Document.Gateway(header, spec);
            }
            case HTTP_ROUTE -> {
                HTTPRouteSpec spec = spec(header, HTTPRouteSpec.class, binder, findings);
                yield spec == null ? null : new Document.HttpRoute(header, spec);
            }
            case GRPC_ROUTE -> {
                GRPCRouteSpec spec = spec(header, GRPCRouteSpec.class, binder, findings);
                yield spec == null ? null : new Document.GrpcRoute(header, GrpcRouteTranslation.of(spec));
            }
            case TLS_ROUTE -> {
                TLSRouteSpec spec = spec(header, TLSRouteSpec.class, binder, findings);
                yield spec == null ? null : new Document.TlsRoute(header, spec);
            }
            case TCP_ROUTE -> {
                TCPRouteSpec spec = spec(header, TCPRouteSpec.class, binder, findings);
                yield spec == null ? null : new Document.TcpRoute(header, spec);
            }
            case BACKEND_TLS_POLICY -> {
                BackendTLSPolicySpec spec = spec(header, BackendTLSPolicySpec.class, binder, findings);
                yield spec == null ? null : new Document.BackendTlsPolicy(header, spec);
            }
            case REFERENCE_GRANT -> {
                ReferenceGrantSpec spec = spec(header, ReferenceGrantSpec.class, binder, findings);
                yield spec == null ? null : new Document.ReferenceGrant(header, spec);
            }
            case HTTP_ROUTE_FILTER -> {
                HttpRouteFilterSpec spec = spec(header, HttpRouteFilterSpec.class, binder, findings);
                yield spec == null ? null : new Document.HttpRouteFilter(header, spec);
            }
            case BACKEND -> {
                BackendSpec spec = spec(header, BackendSpec.class, binder, findings);
                yield spec == null ? null : new Document.Backend(header, spec);
            }
            case FILE_SECRET -> {
                Document.FileSecretSpec spec = spec(header, Document.FileSecretSpec.class, binder, findings);
                yield spec == null ? null : new Document.FileSecret(header, spec);
            }
            case SECURITY_POLICY -> {
                SecurityPolicySpec spec = spec(header, SecurityPolicySpec.class, binder, findings);
                yield spec == null ? null : new Document.SecurityPolicy(header, spec);
            }
            case BACKEND_TRAFFIC_POLICY -> {
                BackendTrafficPolicySpec spec = spec(header, BackendTrafficPolicySpec.class, binder, findings);
                yield spec == null ? null : new Document.BackendTrafficPolicy(header, spec);
            }
            case CLIENT_TRAFFIC_POLICY -> {
                ClientTrafficPolicySpec spec = spec(header, ClientTrafficPolicySpec.class, binder, findings);
                yield spec == null ? null : new Document.ClientTrafficPolicy(header, spec);
            }
            case OFFLOAD_POLICY -> {
                OffloadPolicySpec spec = spec(header, OffloadPolicySpec.class, binder, findings);
                yield spec == null ? null : new Document.OffloadPolicy(header, spec);
            }
            case QUEUE -> {
                QueueSpec spec = spec(header, QueueSpec.class, binder, findings);
                yield spec == null ? null : new Document.Queue(header, spec);
            }
            case SCHEDULE -> {
                ScheduleSpec spec = spec(header, ScheduleSpec.class, binder, findings);
                yield spec == null ? null : new Document.Schedule(header, spec);
            }
            case SECRET ->
                InlineSecrets.secret(header, fields(header, InlineSecrets.SecretFields.class, binder), findings);
            case CONFIG_MAP -> {
                InlineSecrets.ConfigMapFields fields = fields(header, InlineSecrets.ConfigMapFields.class, binder);
                yield fields == null ? null : new Document.ConfigMap(header, fields.data());
            }
        };
    }

    private static <S> @Nullable S spec(Header header, Class<S> type, Binder binder, Findings findings) {
        Yaml spec = header.root().value("spec");
        header.root().entries().forEach((name, entry) -> {
            if (name.equals("status")) {
                findings.warning(
                        entry.keyAt(), name, "the status is the gateway's to write; what stands here is not read");
            } else if (!HEADER_FIELDS.contains(name) && !name.equals("spec")) {
                findings.error(
                        entry.keyAt(), name, "unknown field \"" + name + "\"", "apiVersion, kind, metadata, spec");
            }
        });
        if (spec == null) {
            findings.error(header.at(), "", "the field spec is missing");
            return null;
        }
        return binder.bind(spec, type, "spec");
    }

    /// For the core kinds, whose fields stand beside `metadata`.
    private static <S> @Nullable S fields(Header header, Class<S> type, Binder binder) {
        Map<String, Yaml.Entry> rest = new LinkedHashMap<>(header.root().entries());
        rest.keySet().removeAll(HEADER_FIELDS);
        return binder.bind(new Yaml.Mapping(header.at(), rest), type, "");
    }

    /// The targets of a faulty policy, as far as they can be read.
    private static List<TargetRef> targetRefs(Yaml.Mapping root) {
        List<TargetRef> targets = new ArrayList<>();
        if (root.value("spec") instanceof Yaml.Mapping spec
                && spec.value("targetRefs") instanceof Yaml.Sequence(var at, var items)) {
            for (Yaml item : items) {
                TargetRef target = new Binder(RuleTable.of(), new Findings("")).bind(item, TargetRef.class, "");
                if (target != null) {
                    targets.add(target);
                }
            }
        }
        return List.copyOf(targets);
    }

    static RuleTable rules(Kind kind) {
        return switch (kind) {
            case GATEWAY -> GatewayApiRules.GATEWAY;
            case HTTP_ROUTE -> GatewayApiRules.HTTP_ROUTE;
            case GRPC_ROUTE -> GrpcRouteRules.GRPC_ROUTE;
            case TLS_ROUTE -> ConnectionRouteRules.TLS_ROUTE;
            case TCP_ROUTE -> ConnectionRouteRules.TCP_ROUTE;
            case BACKEND_TLS_POLICY -> BackendTlsRules.BACKEND_TLS_POLICY;
            case REFERENCE_GRANT -> GatewayApiRules.REFERENCE_GRANT;
            case HTTP_ROUTE_FILTER -> ForebayRules.HTTP_ROUTE_FILTER;
            case SECRET -> ForebayRules.SECRET;
            case CONFIG_MAP -> ForebayRules.CONFIG_MAP;
            case BACKEND -> ForebayRules.BACKEND;
            case FILE_SECRET -> ForebayRules.FILE_SECRET;
            case SECURITY_POLICY -> ForebayRules.SECURITY_POLICY;
            case BACKEND_TRAFFIC_POLICY -> ForebayRules.BACKEND_TRAFFIC_POLICY;
            case CLIENT_TRAFFIC_POLICY -> ClientTrafficRules.TABLE;
            case OFFLOAD_POLICY -> ForebayRules.OFFLOAD_POLICY;
            case QUEUE -> ForebayRules.QUEUE;
            case SCHEDULE -> ForebayRules.SCHEDULE;
        };
    }

    private static Position positionOf(Yaml.Mapping root, String field) {
        Yaml value = root.value(field);
        return value == null ? root.at() : value.at();
    }
}
