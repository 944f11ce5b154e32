package io.forebay.main.store;

import io.forebay.main.ExitCode;
import io.forebay.main.StartFailure;
import io.forebay.offload.backup.BackupFailure;
import io.forebay.offload.backup.PassedBytes;
import io.forebay.offload.backup.Scrub;
import io.forebay.offload.storage.StorageException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// `forebay scrub`: reads all of a store, and names what is damaged, a line each.
@Command(name = "scrub", description = "Reads all of a data folder's store or of a backup and names what is damaged.")
public final class ScrubCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FOLDER", description = "a data folder or a backup")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path folder;

    @Option(names = "--rate", paramLabel = "BYTES", description = "read no more a second, such as 50Mi")
    private @Nullable String rate;

    @Option(names = "--json", description = "print JSON, an object a line")
    private boolean isJson;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    private long damaged;

    @Override
    public Integer call() throws StartFailure {
        PrintWriter out = spec.commandLine().getOut();
        try {
            Scrub.Read read = new Scrub(folder, pace(), this::found).run();
            out.println(
                    isJson
                            ? object().put("jobs", read.jobs())
                                    .put("bodies", read.bodies())
                                    .put("damaged", damaged)
                            : "read " + read.jobs() + " jobs and " + read.bodies() + " bodies above 1 MiB: "
                                    + (damaged == 0 ? "all is as it was written" : damaged + " things are damaged"));
            out.flush();
            return damaged == 0 ? ExitCode.OK : ExitCode.STORE;
        } catch (BackupFailure e) {
            throw new StartFailure(BackupReport.exitCode(e), String.valueOf(e.getMessage()));
        } catch (StorageException e) {
            throw new StartFailure(ExitCode.STORE, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw new StartFailure(ExitCode.IO, folder + " cannot be read: " + e);
        }
    }

    private PassedBytes pace() throws StartFailure {
        ProgressLine progress = new ProgressLine(spec.commandLine().getErr(), "read", System::nanoTime);
        try {
            return rate == null ? progress : new Rate(Rate.parse(rate), System::nanoTime, progress);
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new StartFailure(ExitCode.USAGE, String.valueOf(e.getMessage()));
        }
    }

    private void found(String what) {
        damaged++;
        PrintWriter out = spec.commandLine().getOut();
        out.println(isJson ? object().put("damage", what) : what);
        out.flush();
    }

    private static ObjectNode object() {
        return JsonMapper.shared().createObjectNode();
    }
}
