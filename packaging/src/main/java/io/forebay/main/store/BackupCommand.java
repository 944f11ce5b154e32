package io.forebay.main.store;

import io.forebay.admin.server.AdminAddressFile;
import io.forebay.admin.server.AdminSettings;
import io.forebay.main.BootConfig;
import io.forebay.main.BootFile;
import io.forebay.main.ExitCode;
import io.forebay.main.StartFailure;
import io.forebay.main.Version;
import io.forebay.offload.backup.Backup;
import io.forebay.offload.backup.BackupFailure;
import io.forebay.offload.backup.BackupManifest;
import io.forebay.offload.backup.Verification;
import io.forebay.offload.storage.StorageException;
import io.forebay.offload.storage.StorageInUseException;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/// `forebay backup`: copies the store of a data folder. Where a process has it, that process is asked to.
@Command(name = "backup", description = "Copies the store of a data folder, whether a gateway runs on it or not.")
public final class BackupCommand implements Callable<Integer> {
    private static final long ASK_EVERY_MS = 100;

    @Option(names = "--data", paramLabel = "DIR", required = true, description = "the data folder")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path data;

    @Option(
            names = "--to",
            paramLabel = "DIR",
            required = true,
            description = "the backup's own folder; where a gateway runs, one right below its backup.directory")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path to;

    @Option(names = "--config", paramLabel = "FILE", description = "the gateway's boot configuration")
    private @Nullable Path config;

    @Option(names = "--admin-port", paramLabel = "PORT", description = "the operators' port of the gateway")
    private @Nullable Integer adminPort;

    @Option(names = "--json", description = "print what was copied as JSON")
    private boolean isJson;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public Integer call() throws StartFailure {
        Map<String, String> overrides = new HashMap<>();
        if (adminPort != null) {
            overrides.put("admin.port", "" + adminPort);
        }
        BootConfig boot = BootFile.read(config, overrides).config(data, data);
        ProgressLine progress = new ProgressLine(spec.commandLine().getErr(), "copied", System::nanoTime);
        try {
            BackupManifest manifest = taken(boot, progress);
            PrintWriter out = spec.commandLine().getOut();
            out.println(isJson ? BackupReport.json(to, manifest) : to + " " + BackupReport.text(manifest));
            out.flush();
            return ExitCode.OK;
        } catch (BackupFailure e) {
            throw new StartFailure(BackupReport.exitCode(e), String.valueOf(e.getMessage()));
        } catch (StorageException e) {
            throw new StartFailure(ExitCode.STORE, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw new StartFailure(ExitCode.IO, "the backup failed: " + e);
        }
    }

    private BackupManifest taken(BootConfig boot, ProgressLine progress)
            throws StartFailure, IOException, BackupFailure {
        DataFolder.requireNoHalfRestored(data);
        Backup.Author author = new Backup.Author(Version.TEXT, boot.jobs().nodeId());
        try {
            return new Backup(author, 0, InstantSource.system(), progress).ofStopped(DataFolder.store(data), to);
        } catch (StorageInUseException running) {
            try (OperatorCalls gateway = OperatorCalls.to(data, operators(boot))) {
                ask(gateway, progress);
            }
            return Verification.manifest(to);
        }
    }

    /// Where the operators' port is: as somebody has said, or as the process that has the data folder wrote down in it.
    /// A guess would show the token to whoever listens there.
    private AdminSettings operators(BootConfig boot) throws StartFailure {
        if (config != null || adminPort != null) {
            return boot.admin();
        }
        try {
            URI written = AdminAddressFile.read(data);
            if (written.getScheme().equals("https")) {
                throw new StartFailure(
                        ExitCode.USAGE, "the operators' port speaks TLS: --config says with which certificate");
            }
            return AdminSettings.at(written.getHost(), written.getPort());
        } catch (IOException e) {
            throw new StartFailure(
                    ExitCode.USAGE,
                    "a process has the data folder, and where its operators' port is must be said by --config or"
                            + " --admin-port: " + e.getMessage());
        }
    }

    /// Has the running gateway do it, and waits until it has.
    private void ask(OperatorCalls gateway, ProgressLine progress) throws StartFailure, IOException {
        String name = String.valueOf(to.getFileName());
        requireBelow(gateway.get("/api/v1/backups").path("directory").asString(""));
        JsonNode state = gateway.post("/api/v1/backups?name=" + name);
        while (state.path("state").asString("").equals("running")) {
            progress.reached(
                    state.path("copiedBytes").asLong(0), state.path("bytes").asLong(0));
            pause();
            state = gateway.get("/api/v1/backups").path("last");
            if (!state.path("name").asString("").equals(name)) {
                throw new StartFailure(ExitCode.FAILED, "the gateway no longer knows of the backup " + name);
            }
        }
        if (!state.path("state").asString("").equals("done")) {
            throw new StartFailure(
                    ExitCode.FAILED, "the backup failed: " + state.path("fault").asString(""));
        }
    }

    private void requireBelow(String directory) throws StartFailure, IOException {
        if (directory.isEmpty()) {
            throw new StartFailure(
                    ExitCode.USAGE,
                    "a gateway runs on " + data + ", and backup.directory of its configuration is not set");
        }
        Path parent = to.toAbsolutePath().normalize().getParent();
        Path root = Path.of(directory);
        if (parent == null || !isSame(parent, root)) {
            throw new StartFailure(
                    ExitCode.USAGE,
                    "a gateway runs on " + data + ", and it writes backups right below " + root + ": --to "
                            + root.resolve(String.valueOf(to.getFileName())));
        }
        if (!String.valueOf(to.getFileName()).matches("[A-Za-z0-9][A-Za-z0-9._-]{0,62}")) {
            throw new StartFailure(
                    ExitCode.USAGE, "a backup's name has 1 to 63 letters, digits, '.', '_' and '-': " + to);
        }
    }

    private static boolean isSame(Path one, Path other) throws IOException {
        return one.equals(other.normalize())
                || (Files.exists(one) && Files.exists(other) && Files.isSameFile(one, other));
    }

    private static void pause() throws StartFailure {
        try {
            Thread.sleep(ASK_EVERY_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartFailure(ExitCode.FAILED, "interrupted; the gateway goes on with the backup");
        }
    }
}
