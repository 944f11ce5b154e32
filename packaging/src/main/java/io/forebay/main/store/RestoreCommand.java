package io.forebay.main.store;

import io.forebay.main.ExitCode;
import io.forebay.main.StartFailure;
import io.forebay.offload.backup.BackupFailure;
import io.forebay.offload.backup.BackupManifest;
import io.forebay.offload.backup.Restore;
import io.forebay.offload.storage.StorageException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `forebay restore`: makes a data folder of a backup, once every file of it was found to be as it was written.
@Command(name = "restore", description = "Makes a data folder of a backup, after verifying all of it.")
public final class RestoreCommand implements Callable<Integer> {
    @Option(names = "--from", paramLabel = "BACKUP", required = true, description = "the backup's folder")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path from;

    @Option(names = "--data", paramLabel = "DIR", required = true, description = "the data folder; empty or not there")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path data;

    @Option(names = "--json", description = "print what was restored as JSON")
    private boolean isJson;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public Integer call() throws StartFailure {
        PrintWriter err = spec.commandLine().getErr();
        Restore restore = new Restore(
                0,
                new ProgressLine(err, "verified", System::nanoTime),
                new ProgressLine(err, "copied", System::nanoTime));
        try {
            BackupManifest manifest = restore.run(from, data);
            PrintWriter out = spec.commandLine().getOut();
            out.println(isJson ? BackupReport.json(data, manifest) : "restored " + BackupReport.text(manifest));
            out.flush();
            err.print(meaning(manifest));
            err.flush();
            return ExitCode.OK;
        } catch (BackupFailure e) {
            throw new StartFailure(BackupReport.exitCode(e), String.valueOf(e.getMessage()));
        } catch (StorageException e) {
            throw new StartFailure(ExitCode.STORE, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw new StartFailure(ExitCode.IO, "the restore failed: " + e);
        }
    }

    /// What a restore is for clients.
    private static String meaning(BackupManifest manifest) {
        return """
                forebay: the store is as it was at %s. Of what came later it knows nothing:
                  - jobs submitted since are unknown (404), and so are their idempotency keys: a repeat is a new job;
                  - jobs that ended since are as they were then: those that waited or ran are made again;
                  - results, cancels and operators' changes since are gone; the audit ends there too.
                """.formatted(manifest.taken());
    }
}
