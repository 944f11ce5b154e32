package io.forebay.admin.resource;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.admin.BackupAdmin;
import io.forebay.admin.Deadline;
import io.forebay.admin.GatewayView;
import io.forebay.admin.JobAdmin;
import io.forebay.admin.PolicyView;
import io.forebay.admin.QueueAdmin;
import io.forebay.admin.Reply;
import io.forebay.admin.audit.AuditView;
import io.forebay.admin.call.Access;
import io.forebay.admin.call.Operation;
import io.forebay.admin.call.Parameters;
import io.forebay.admin.call.Problem;
import io.forebay.admin.call.ProblemKind;
import io.forebay.admin.insight.QueueRates;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Proxy;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/// The OpenAPI document and the code say the same: operations, parameters, bodies, who may call, and every document's
/// members with their types.
class OpenApiTest {
    private static final Pattern NAMED_SEGMENT = Pattern.compile("\\{([^}]+)}");
    private static final List<Class<?>> RESOURCES = List.of(
            HealthResource.class,
            MetricsResource.class,
            StatusResource.class,
            FeatureResource.class,
            ScheduleResource.class,
            PolicyResource.class,
            QueueResource.class,
            QueueOperationResource.class,
            JobResource.class,
            BackupResource.class,
            AuditResource.class);

    private final Map<String, Object> document = load();
    private final List<Operation> operations = operations();

    private static List<Operation> operations() {
        Deadline deadline = new Deadline(Duration.ofSeconds(1));
        AdminApi.Ports ports = new AdminApi.Ports(
                absent(GatewayView.class),
                absent(PolicyView.class),
                absent(QueueAdmin.class),
                absent(JobAdmin.class),
                absent(BackupAdmin.class),
                Reply::missing,
                entry -> Reply.missing(),
                absent(AuditView.class));
        return AdminApi.operations(
                ports,
                Access.OPERATOR,
                new QueueRates(ports.queues(), deadline),
                deadline,
                InstantSource.fixed(Instant.EPOCH));
    }

    /// A port that is never asked: only the list of operations is read here.
    private static <T> T absent(Class<T> port) {
        return port.cast(
                Proxy.newProxyInstance(port.getClassLoader(), new Class<?>[] {port}, (proxy, method, arguments) -> {
                    throw new AssertionError("nothing is asked here");
                }));
    }

    @SuppressWarnings("unchecked") // the document's root is a mapping with string keys
    private static Map<String, Object> load() {
        try (InputStream in = requireNonNull(OpenApiTest.class.getResourceAsStream("/io/forebay/admin/openapi.yaml"))) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return (Map<String, Object>) new Load(LoadSettings.builder().build()).loadFromString(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @SuppressWarnings("unchecked") // every mapping of the document has string keys
    private static Map<String, Object> map(@Nullable Object node) {
        return node == null ? Map.of() : (Map<String, Object>) node;
    }

    @SuppressWarnings("unchecked") // every sequence read here is one of mappings or strings
    private static List<Object> list(@Nullable Object node) {
        return node == null ? List.of() : (List<Object>) node;
    }

    /// The node a path of keys leads to.
    private Map<String, Object> at(String... keys) {
        Map<String, Object> node = document;
        for (String key : keys) {
            node = map(node.get(key));
        }
        return node;
    }

    private Map<String, Object> resolved(Object node) {
        Object reference = map(node).get("$ref");
        return reference == null
                ? map(node)
                : at(reference.toString().substring(2).split("/"));
    }

    private Map<String, Object> described(Operation operation) {
        return at("paths", operation.template(), operation.verb().name().toLowerCase(Locale.ROOT));
    }

    private Set<String> parameterNames(Operation operation, String place) {
        Set<String> names = new TreeSet<>();
        for (Object node : list(described(operation).get("parameters"))) {
            Map<String, Object> parameter = resolved(node);
            if (place.equals(parameter.get("in"))) {
                names.add(String.valueOf(parameter.get("name")));
            }
        }
        return names;
    }

    private static String title(Operation operation) {
        return operation.verb() + " " + operation.template();
    }

    @Test
    void theSameOperations() {
        List<String> inDocument = new ArrayList<>();
        at("paths")
                .forEach((path, verbs) -> map(verbs)
                        .keySet()
                        .forEach(verb -> inDocument.add(verb.toUpperCase(Locale.ROOT) + " " + path)));
        assertThat(inDocument)
                .containsExactlyInAnyOrderElementsOf(
                        operations.stream().map(OpenApiTest::title).toList());
    }

    @Test
    void theSameParameters() {
        for (Operation operation : operations) {
            assertThat(parameterNames(operation, "query"))
                    .as(title(operation))
                    .containsExactlyInAnyOrderElementsOf(operation.query());
            List<String> segments = NAMED_SEGMENT
                    .matcher(operation.template())
                    .results()
                    .map(match -> match.group(1))
                    .toList();
            assertThat(parameterNames(operation, "path"))
                    .as(title(operation))
                    .containsExactlyInAnyOrderElementsOf(segments);
        }
    }

    @Test
    void theSameBodies() {
        for (Operation operation : operations) {
            assertThat(described(operation).containsKey("requestBody"))
                    .as(title(operation))
                    .isEqualTo(operation.takesBody());
        }
    }

    @Test
    void theSameCallers() {
        for (Operation operation : operations) {
            Map<String, Object> described = described(operation);
            boolean isOpen = described.containsKey("security")
                    && list(described.get("security")).isEmpty();
            assertThat(isOpen).as(title(operation)).isEqualTo(operation.access() == Access.OPEN);
            assertThat(map(described.get("responses")).containsKey("401"))
                    .as(title(operation))
                    .isEqualTo(operation.access() == Access.OPERATOR);
        }
    }

    @Test
    void theSamePageSizes() {
        Map<String, Object> schema = map(at("components", "parameters", "limit").get("schema"));
        assertThat(schema.get("maximum")).isEqualTo(Parameters.PAGE_SIZE_MAX);
        assertThat(schema.get("default")).isEqualTo(Parameters.PAGE_SIZE_DEFAULT);
    }

    @Test
    void theSameJobStates() {
        assertThat(list(at("components", "schemas", "JobState").get("enum")))
                .isEqualTo(Arrays.stream(JobAdmin.State.values())
                        .map(JobAdmin.State::word)
                        .toList());
    }

    @Test
    void theSameProblems() {
        Map<String, Object> type = at("components", "schemas", "Problem", "properties", "type");
        assertThat(list(type.get("enum")))
                .isEqualTo(Arrays.stream(ProblemKind.values())
                        .map(ProblemKind::type)
                        .toList());
    }

    private static Stream<Class<?>> documents() {
        return Stream.concat(
                Stream.of(Problem.Document.class),
                RESOURCES.stream()
                        .flatMap(resource -> Arrays.stream(resource.getDeclaredClasses()))
                        .filter(Class::isRecord));
    }

    private static String schemaName(Class<?> type) {
        return type == Problem.Document.class ? "Problem" : type.getSimpleName();
    }

    @Test
    void theSameDocuments() {
        List<String> names =
                new ArrayList<>(documents().map(OpenApiTest::schemaName).toList());
        names.add("JobState");
        assertThat(at("components", "schemas").keySet()).containsExactlyInAnyOrderElementsOf(names);
    }

    @Test
    void theSameMembersOfTheSameTypes() {
        documents().forEach(type -> {
            Map<String, Object> schema = at("components", "schemas", schemaName(type));
            Map<String, String> described = new TreeMap<>();
            map(schema.get("properties")).forEach((name, node) -> described.put(name, typeOf(node)));
            Map<String, String> coded = new TreeMap<>();
            for (RecordComponent component : type.getRecordComponents()) {
                coded.put(component.getName(), typeOf(component.getGenericType()));
            }
            assertThat(described).as(schemaName(type)).isEqualTo(coded);
        });
    }

    @Test
    void theSameMembersMayBeAbsent() {
        Predicate<RecordComponent> isRequired =
                component -> !component.getAnnotatedType().isAnnotationPresent(Nullable.class);
        documents()
                .forEach(type -> assertThat(list(
                                at("components", "schemas", schemaName(type)).get("required")))
                        .as(schemaName(type))
                        .isEqualTo(Arrays.stream(type.getRecordComponents())
                                .filter(isRequired)
                                .map(RecordComponent::getName)
                                .toList()));
    }

    private String typeOf(Object node) {
        Map<String, Object> schema = map(node);
        Object reference = schema.get("$ref");
        if (reference != null && !"string".equals(resolved(node).get("type"))) {
            return reference.toString().substring(reference.toString().lastIndexOf('/') + 1);
        }
        Map<String, Object> direct = resolved(node);
        return "array".equals(direct.get("type"))
                ? "array of " + typeOf(requireNonNull(direct.get("items")))
                : direct.get("type") + (direct.containsKey("format") ? " " + direct.get("format") : "");
    }

    private static String typeOf(Type type) {
        if (type instanceof ParameterizedType list) {
            assertThat(list.getRawType()).isEqualTo(List.class);
            return "array of " + typeOf(list.getActualTypeArguments()[0]);
        }
        return switch (type.getTypeName()) {
            case "java.lang.String" -> "string";
            case "boolean" -> "boolean";
            case "int", "java.lang.Integer" -> "integer int32";
            case "long", "java.lang.Long" -> "integer int64";
            case "double" -> "number double";
            case "java.time.Instant" -> "string date-time";
            case String _ -> ((Class<?>) type).getSimpleName();
        };
    }
}
