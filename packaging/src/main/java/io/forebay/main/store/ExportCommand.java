package io.forebay.main.store;

import io.forebay.main.ExitCode;
import io.forebay.main.StartFailure;
import io.forebay.offload.JobState;
import io.forebay.offload.backup.StoreLook;
import io.forebay.offload.codec.StoreContents;
import io.forebay.offload.codec.StoredView;
import io.forebay.offload.machine.StateClass;
import io.forebay.offload.machine.StoredJob;
import io.forebay.offload.storage.DamagedValueException;
import io.forebay.offload.storage.StorageException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `forebay export`: jobs as JSON, one a line. Holds a page of ids and one piece of one body.
@Command(name = "export", description = "Prints the jobs of a data folder or a backup as JSON, one a line.")
public final class ExportCommand implements Callable<Integer> {
    private static final int PAGE_JOBS = 1_000;

    @Parameters(paramLabel = "FOLDER", description = "a data folder or a backup")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path folder;

    @Option(names = "--queue", paramLabel = "QUEUE", description = "only of this queue, as namespace/name")
    private @Nullable String queue;

    @Option(names = "--state", paramLabel = "STATE", description = "only in this state, such as failed")
    private @Nullable String state;

    @Option(names = "--no-bodies", description = "leave the bodies out")
    private boolean hasNoBodies;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    private long damaged;

    @Override
    public Integer call() throws StartFailure {
        List<StateClass> lists = lists();
        try (StoreLook look = StoreLook.at(folder)) {
            ExportedJob writer = new ExportedJob(look, spec.commandLine().getOut(), !hasNoBodies);
            for (StoreContents.Queue each : queues(look)) {
                for (StateClass list : lists) {
                    export(look.view(), each.entry().id(), list, writer);
                }
            }
        } catch (StorageException e) {
            throw new StartFailure(ExitCode.STORE, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw new StartFailure(ExitCode.IO, "the export failed: " + e);
        }
        return damaged == 0 ? ExitCode.OK : ExitCode.STORE;
    }

    private List<StoreContents.Queue> queues(StoreLook look) throws StartFailure {
        List<StoreContents.Queue> found = look.contents().queues().stream()
                .filter(each -> queue == null || each.entry().name().equals(queue))
                .toList();
        if (queue != null && found.isEmpty()) {
            throw new StartFailure(ExitCode.FAILED, "there is no queue " + queue + " in the store");
        }
        return found;
    }

    /// Failed jobs stand in two lists: dead letters, and those that are none any more.
    private List<StateClass> lists() throws StartFailure {
        if (state == null) {
            return List.of(StateClass.values());
        }
        for (JobState known : JobState.values()) {
            if (known.name().toLowerCase(Locale.ROOT).equals(state)) {
                return known == JobState.FAILED
                        ? List.of(StateClass.FAILED, StateClass.SETTLED)
                        : List.of(StateClass.of(known));
            }
        }
        throw new StartFailure(
                ExitCode.USAGE,
                "--state must be one of "
                        + String.join(
                                ", ",
                                Stream.of(JobState.values())
                                        .map(each -> each.name().toLowerCase(Locale.ROOT))
                                        .toList())
                        + ": " + state);
    }

    private void export(StoredView view, int queueId, StateClass list, ExportedJob writer) throws IOException {
        byte @Nullable [] after = null;
        List<StoredView.Entry> page;
        do {
            page = view.list(queueId, list, after, PAGE_JOBS);
            for (StoredView.Entry entry : page) {
                after = entry.key();
                export(view, entry, writer);
            }
        } while (page.size() == PAGE_JOBS);
    }

    /// What is damaged is left out and named; the others follow.
    private void export(StoredView view, StoredView.Entry entry, ExportedJob writer) throws IOException {
        PrintWriter err = spec.commandLine().getErr();
        try {
            StoredJob job = view.job(entry.job());
            if (job == null) {
                throw new DamagedValueException("job " + entry.job().text(), "it is listed, and missing");
            }
            writer.write(job);
        } catch (DamagedValueException e) {
            damaged++;
            err.println("forebay: job " + entry.job().text() + " is left out or cut short: " + e.getMessage());
        }
    }
}
