package io.forebay.main.store;

import io.forebay.main.ExitCode;
import io.forebay.main.StartFailure;
import io.forebay.offload.Pause;
import io.forebay.offload.backup.BackupManifest;
import io.forebay.offload.backup.StoreLook;
import io.forebay.offload.codec.StoreContents;
import io.forebay.offload.codec.StoredView;
import io.forebay.offload.machine.StateClass;
import io.forebay.offload.machine.StoredJob;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a store holds, queue by queue, as a document: names, numbers, texts, lists and documents.
final class StoreOverview {
    private static final List<StateClass> OPEN = List.of(StateClass.SCHEDULED, StateClass.QUEUED, StateClass.RUNNING);

    private StoreOverview() {}

    /// The whole store.
    ///
    /// @param manifest of a backup, null for a data folder
    static Map<String, Object> of(StoreLook look, @Nullable BackupManifest manifest) throws IOException {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("storeFormat", look.contents().format());
        if (manifest != null) {
            document.put("taken", manifest.taken().toString());
            document.put("product", manifest.product());
            document.put("node", manifest.node());
        }
        document.put("sequence", look.sequence());
        document.put("databaseBytes", look.databaseBytes());
        long[] bodies = bodies(look);
        document.put("bodyFiles", bodies[0]);
        document.put("bodyBytes", bodies[1]);
        document.put("missingBodies", bodies[2]);
        List<Map<String, Object>> queues = new ArrayList<>();
        for (StoreContents.Queue queue : look.contents().queues()) {
            queues.add(queue(look, queue));
        }
        document.put("queues", queues);
        return document;
    }

    /// One queue of it.
    static Map<String, Object> queue(StoreLook look, String name) throws StartFailure {
        for (StoreContents.Queue queue : look.contents().queues()) {
            if (queue.entry().name().equals(name)) {
                return queue(look, queue);
            }
        }
        throw new StartFailure(ExitCode.FAILED, "there is no queue " + name + " in the store");
    }

    private static Map<String, Object> queue(StoreLook look, StoreContents.Queue queue) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("name", queue.entry().name());
        document.put("orphaned", queue.entry().orphaned());
        pause(document, "dispatchPaused", queue.entry().dispatchPause());
        pause(document, "intakePaused", queue.entry().intakePause());
        for (StateClass list : StateClass.values()) {
            document.put(BackupReport.word(list), queue.counters().held(list));
        }
        document.put("openBytes", queue.counters().openBytes());
        StoredJob oldest = oldest(look.view(), queue);
        if (oldest != null) {
            document.put("oldestJob", oldest.id().text());
            document.put("oldestState", BackupReport.word(oldest.stateClass()));
            document.put(
                    "oldestSince",
                    Instant.ofEpochMilli(oldest.progress().changedMs()).toString());
        }
        return document;
    }

    private static void pause(Map<String, Object> document, String name, @Nullable Pause pause) {
        if (pause != null) {
            document.put(name, pause.reason());
        }
    }

    /// Of the jobs that have not ended, the one that changed last before all others.
    private static @Nullable StoredJob oldest(StoredView view, StoreContents.Queue queue) {
        StoredJob oldest = null;
        for (StateClass list : OPEN) {
            for (StoredView.Entry entry : view.list(queue.entry().id(), list, null, 1)) {
                StoredJob job = view.job(entry.job());
                if (job != null
                        && (oldest == null
                                || job.progress().changedMs()
                                        < oldest.progress().changedMs())) {
                    oldest = job;
                }
            }
        }
        return oldest;
    }

    /// How many, their bytes, and how many of them are not there.
    private static long[] bodies(StoreLook look) throws IOException {
        long[] bodies = {0, 0, 0};
        try {
            look.contents().files(id -> {
                Path file = look.spool().path(id);
                try {
                    bodies[1] += Files.size(file);
                    bodies[0]++;
                } catch (NoSuchFileException missing) {
                    bodies[2]++;
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                return true;
            });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        return bodies;
    }
}
