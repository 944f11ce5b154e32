package io.forebay.main.store;

import io.forebay.main.ExitCode;
import io.forebay.offload.backup.BackupFailure;
import io.forebay.offload.backup.BackupManifest;
import io.forebay.offload.machine.StateClass;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;

/// What a backup is, for people and for programs; and the exit code of what was refused.
final class BackupReport {
    private BackupReport() {}

    /// One JSON object.
    static String json(Path folder, BackupManifest manifest) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("folder", folder.toAbsolutePath().toString());
        document.put("taken", manifest.taken().toString());
        document.put("product", manifest.product());
        document.put("storeFormat", manifest.storeFormat());
        document.put("node", manifest.node());
        document.put("sequence", manifest.sequence());
        document.put("files", manifest.files());
        document.put("bytes", manifest.bytes());
        document.put("missing", manifest.missing());
        Map<String, Long> jobs = new LinkedHashMap<>();
        for (StateClass list : StateClass.values()) {
            jobs.put(word(list), manifest.jobs().getOrDefault(list, 0L));
        }
        document.put("jobs", jobs);
        return JsonMapper.shared().writeValueAsString(document);
    }

    /// One line.
    static String text(BackupManifest manifest) {
        String jobs = Stream.of(StateClass.values())
                .filter(list -> manifest.jobs().getOrDefault(list, 0L) > 0)
                .map(list -> manifest.jobs().get(list) + " " + word(list))
                .collect(Collectors.joining(", "));
        return "as of " + manifest.taken() + ": jobs " + (jobs.isEmpty() ? "none" : jobs) + "; " + manifest.files()
                + " files, " + manifest.bytes() + " bytes"
                + (manifest.missing() == 0 ? "" : "; " + manifest.missing() + " bodies were missing in the store");
    }

    static String word(StateClass list) {
        return list.name().toLowerCase(Locale.ROOT);
    }

    static int exitCode(BackupFailure failure) {
        return switch (failure.kind()) {
            case EXISTS, NO_SPACE -> ExitCode.CANT_CREATE;
            case NO_BACKUP, DAMAGED, OTHER_FORMAT -> ExitCode.STORE;
        };
    }
}
