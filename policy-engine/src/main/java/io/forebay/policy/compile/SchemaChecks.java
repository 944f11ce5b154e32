package io.forebay.policy.compile;

import io.forebay.policy.HeaderName;
import io.forebay.policy.Refusal;
import io.forebay.policy.compile.ReferencedFiles.Content;
import io.forebay.policy.document.Document;
import io.forebay.policy.document.Findings;
import io.forebay.policy.document.Header;
import io.forebay.policy.document.QueueSpec;
import io.forebay.policy.document.ScheduleSpec;
import io.forebay.policy.schema.Backward;
import io.forebay.policy.schema.Incompatibility;
import io.forebay.policy.schema.QueueSchemas;
import io.forebay.policy.schema.SchemaFault;
import io.forebay.policy.schema.SchemaFile;
import io.forebay.policy.schema.SchemaFile.Reading;
import io.forebay.policy.schema.Violation;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A Queue's schemas: are the files schemas, and does each version take what the one before took.
final class SchemaChecks {
    private static final String VERSIONS = "spec.schema.versions";

    private SchemaChecks() {}

    /// @param kept has the schemas of a last good version, whatever has become of their files
    static Checked check(Document.Queue queue, @Nullable Material kept, Scope scope) {
        Checked checked = Checked.begin(queue.header());
        QueueSpec.BodySchemas spec = queue.spec().schema();
        if (spec == null) {
            return checked.with(new Material.None());
        }
        if (kept != null) {
            return checked.with(kept);
        }
        List<SchemaFile> files = files(queue.header(), spec, scope, checked.faults());
        if (files.size() < spec.versions().size()) {
            return checked;
        }
        boolean isCompatible = spec.compatibility() == QueueSpec.Compatibility.NONE
                || areCompatible(queue.header(), spec, files, checked.faults());
        return isCompatible ? checked.with(new Material.Schemas(files)) : checked;
    }

    private static List<SchemaFile> files(Header header, QueueSpec.BodySchemas spec, Scope scope, Findings findings) {
        List<SchemaFile> files = new ArrayList<>();
        for (int i = 0; i < spec.versions().size(); i++) {
            String name = spec.versions().get(i).file();
            String path = VERSIONS + "[" + i + "].file";
            switch (scope.referenced().content(name)) {
                case Content.Unreadable(var reason) ->
                    findings.error(header.at(path), path, "the file " + name + " " + reason);
                case Content.Text(var text) -> {
                    Reading reading = SchemaFile.read(text);
                    reading.faults().forEach(fault -> tell(fault, name, header, path, findings));
                    if (reading.schema() != null) {
                        files.add(reading.schema());
                    }
                }
            }
        }
        return files;
    }

    private static void tell(SchemaFault fault, String name, Header header, String path, Findings findings) {
        String message = name + ":" + fault.text();
        if (fault.isError()) {
            findings.error(header.at(path), path, message, fault.expected());
        } else {
            findings.warning(header.at(path), path, message);
        }
    }

    private static boolean areCompatible(
            Header header, QueueSpec.BodySchemas spec, List<SchemaFile> files, Findings findings) {
        boolean areCompatible = true;
        for (int i = 1; i < files.size(); i++) {
            Incompatibility found = Backward.between(files.get(i - 1), files.get(i));
            if (found != null) {
                areCompatible = false;
                String path = VERSIONS + "[" + i + "]";
                findings.error(
                        header.at(path),
                        path,
                        "version " + spec.versions().get(i).name() + " may refuse what version "
                                + spec.versions().get(i - 1).name() + " takes: "
                                + spec.versions().get(i).file() + found.later() + ": " + found.found()
                                + "; compared with "
                                + spec.versions().get(i - 1).file() + found.earlier(),
                        found.expected() + ", or compatibility: None");
            }
        }
        return areCompatible;
    }

    /// The schemas of a checked Queue as the gateway asks them.
    static @Nullable QueueSchemas schemas(QueueSpec.@Nullable BodySchemas spec, Material material) {
        if (spec == null || !(material instanceof Material.Schemas(var files))) {
            return null;
        }
        List<QueueSchemas.Version> versions = new ArrayList<>();
        for (int i = 0; i < files.size(); i++) {
            versions.add(new QueueSchemas.Version(spec.versions().get(i).name(), files.get(i)));
        }
        return new QueueSchemas(spec.versionHeader() == null ? null : HeaderName.of(spec.versionHeader()), versions);
    }

    /// Whether the queue would take the body of a Schedule's jobs.
    static boolean takes(Document.Schedule schedule, LiveObject queue, Findings findings) {
        QueueSchemas schemas = queue.document() instanceof Document.Queue(var ofQueue, var spec)
                ? schemas(spec.schema(), queue.material())
                : null;
        if (schemas == null) {
            return true;
        }
        ScheduleSpec.Request request = schedule.spec().request();
        HeaderName versionHeader = schemas.versionHeader();
        Refusal refusal = schemas.refusal(
                versionHeader == null ? null : field(request, versionHeader.text()),
                field(request, "content-type"),
                (request.body() == null ? "" : request.body()).getBytes(StandardCharsets.UTF_8));
        if (refusal != null) {
            String path = refusal instanceof Refusal.BodyNotValid ? "spec.request.body" : "spec.request.headers";
            findings.error(
                    schedule.header().at(path),
                    path,
                    queue.key() + " takes no such body: " + refusal.reason(),
                    expected(refusal, versionHeader));
        }
        return refusal == null;
    }

    private static @Nullable String field(ScheduleSpec.Request request, String name) {
        return request.headers().stream()
                .filter(header -> header.name().equalsIgnoreCase(name))
                .map(ScheduleSpec.HeaderValue::value)
                .findFirst()
                .orElse(null);
    }

    private static String expected(Refusal refusal, @Nullable HeaderName versionHeader) {
        return switch (refusal) {
            case Refusal.MediaTypeNotSupported(String types) -> "Content-Type: " + types;
            case Refusal.SchemaVersionUnknown(var accepted) ->
                versionHeader + ": one of " + String.join(", ", accepted);
            case Refusal.BodyNotValid(var violations) -> text(violations.getFirst());
            default -> "a body that it takes";
        };
    }

    private static String text(Violation violation) {
        return "at " + violation.pointer() + ": " + violation.detail();
    }
}
