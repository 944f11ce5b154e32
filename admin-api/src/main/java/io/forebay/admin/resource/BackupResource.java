package io.forebay.admin.resource;

import io.forebay.admin.BackupAdmin;
import io.forebay.admin.BackupAdmin.Backup;
import io.forebay.admin.Deadline;
import io.forebay.admin.call.Answer;
import io.forebay.admin.call.Operation;
import io.forebay.admin.call.Parameters;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// `/api/v1/backups`: `POST` begins a copy of the store, `GET` says how far it is. Where copies go is boot
/// configuration; a caller gives a name at most, never a path.
final class BackupResource {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");
    private static final DateTimeFormatter NAME_BY_DEFAULT =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    private final BackupAdmin backups;
    private final Changes changes;
    private final Deadline deadline;
    private final InstantSource clock;

    BackupResource(BackupAdmin backups, Changes changes, Deadline deadline, InstantSource clock) {
        this.backups = backups;
        this.changes = changes;
        this.deadline = deadline;
        this.clock = clock;
    }

    List<Operation> operations() {
        return List.of(
                Operation.get("/api/v1/backups", Set.of(), this::backups),
                Operation.post("/api/v1/backups", Set.of("name"), this::begin));
    }

    /// Where backups go, and the last one.
    record BackupsDocument(
            @Nullable String directory, @Nullable BackupDocument last) {}

    /// One backup.
    record BackupDocument(
            String name,
            String state,
            Instant begun,
            long copiedBytes,
            long bytes,
            @Nullable Instant taken,
            @Nullable String fault) {
        static BackupDocument of(Backup backup) {
            return new BackupDocument(
                    backup.name(),
                    backup.state().word(),
                    backup.begun(),
                    backup.copiedBytes(),
                    backup.bytes(),
                    backup.taken(),
                    backup.fault());
        }
    }

    private Answer backups(Parameters parameters) {
        return Answer.of(deadline.ask(backups::backups), "backup", found -> {
            Backup last = found.last();
            return new BackupsDocument(found.directory(), last == null ? null : BackupDocument.of(last));
        });
    }

    private Answer begin(Parameters parameters) {
        String name = parameters.query("name").orElseGet(() -> NAME_BY_DEFAULT.format(clock.instant()));
        if (!NAME.matcher(name).matches()) {
            throw Parameters.refused(
                    "bad-value", "name must be 1 to 63 letters, digits, '.', '_' and '-', and begin with no sign");
        }
        return Answer.of(
                changes.make(parameters, "backup", name, () -> backups.begin(name)), "backup", BackupDocument::of);
    }
}
