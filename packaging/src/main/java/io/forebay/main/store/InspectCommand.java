package io.forebay.main.store;

import io.forebay.main.ExitCode;
import io.forebay.main.StartFailure;
import io.forebay.offload.JobId;
import io.forebay.offload.backup.BackupFailure;
import io.forebay.offload.backup.StoreLook;
import io.forebay.offload.backup.Verification;
import io.forebay.offload.storage.StorageException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/// `forebay inspect`: what a store holds, by its files; a gateway that works on it does not notice.
@Command(name = "inspect", description = "Shows what a data folder or a backup holds; disturbs nobody who works on it.")
public final class InspectCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FOLDER", description = "a data folder or a backup")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path folder;

    @Option(names = "--queue", paramLabel = "QUEUE", description = "only this queue, as namespace/name")
    private @Nullable String queue;

    @Option(names = "--job", paramLabel = "ID", description = "one job and its events")
    private @Nullable String job;

    @Option(names = "--json", description = "print JSON")
    private boolean isJson;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public Integer call() throws StartFailure {
        try (StoreLook look = StoreLook.at(folder)) {
            Map<String, Object> document = job == null ? overview(look) : JobHistory.of(look, id(job));
            PrintWriter out = spec.commandLine().getOut();
            out.println(
                    isJson
                            ? JsonMapper.shared().writeValueAsString(document)
                            : String.join("\n", PlainLines.of(document)));
            out.flush();
            return ExitCode.OK;
        } catch (BackupFailure e) {
            throw new StartFailure(BackupReport.exitCode(e), String.valueOf(e.getMessage()));
        } catch (StorageException e) {
            throw new StartFailure(ExitCode.STORE, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw new StartFailure(ExitCode.IO, folder + " cannot be looked at: " + e);
        }
    }

    private Map<String, Object> overview(StoreLook look) throws IOException, BackupFailure, StartFailure {
        if (queue != null) {
            return StoreOverview.queue(look, queue);
        }
        return StoreOverview.of(look, Verification.isBackup(folder) ? Verification.manifest(folder) : null);
    }

    private static JobId id(String text) throws StartFailure {
        return JobId.parse(text)
                .orElseThrow(() -> new StartFailure(
                        ExitCode.USAGE, "a job's id has 32 digits, 0-9 and a-f, as in its URL: " + text));
    }
}
