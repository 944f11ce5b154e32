package io.forebay.main;

import io.forebay.gateway.DrainSettings;
import io.forebay.main.log.LogFile;
import io.forebay.main.service.Supervisor;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Runs the gateway until it is told to stop, or another process has taken over from it: SIGTERM and SIGINT drain it.
@Command(name = "run", description = "Runs the gateway.")
final class RunCommand implements Callable<Integer> {
    private static final Duration CLOSING = Duration.ofSeconds(30);

    @Option(names = "--data", paramLabel = "DIR", required = true, description = "the data folder")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path data;

    @Option(names = "--policy", paramLabel = "DIR", required = true, description = "the policy folder")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path policy;

    @Option(names = "--config", paramLabel = "FILE", description = "boot configuration")
    private @Nullable Path config;

    @Option(names = "--admin-port", paramLabel = "PORT", description = "the operators' port; 0 is off")
    private @Nullable Integer adminPort;

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "one key of the boot configuration")
    private Map<String, String> settings = new HashMap<>();

    @Option(
            names = "--take-over",
            description = "take over from the process that has the data folder, if there is one, without a gap")
    private boolean takesOver;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public Integer call() throws StartFailure {
        Map<String, String> overrides = new HashMap<>(settings);
        if (adminPort != null) {
            overrides.put(adminPort == 0 ? "admin.enabled" : "admin.port", adminPort == 0 ? "false" : "" + adminPort);
        }
        BootConfig boot = BootFile.read(config, overrides).config(data, policy);
        redirectLog(boot);
        CompletableFuture<Integer> ended = new CompletableFuture<>();
        Supervisor supervisor =
                Supervisor.of(System.getenv(), ProcessHandle.current().pid());
        Wiring wiring = Wiring.start(boot, takesOver, ended::complete);
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            supervisor.stopping(endLimit(boot.gateway().drain()));
                            wiring.stop();
                            ended.complete(ExitCode.OK);
                        },
                        "shutdown"));
        spec.commandLine().getOut().println("forebay ready " + wiring.summary());
        spec.commandLine().getOut().flush();
        supervisor.ready(wiring.summary(), wiring::isResponding);
        return ended.join();
    }

    /// The drain, and what comes after it.
    private static Duration endLimit(DrainSettings drain) {
        return Duration.ofNanos(drain.noticeNs() + drain.limitNs()).plus(CLOSING);
    }

    private static void redirectLog(BootConfig boot) throws StartFailure {
        LogFile log = boot.log();
        if (log != null) {
            try {
                log.redirect();
            } catch (IOException e) {
                throw new StartFailure(ExitCode.USAGE, "log.file cannot be opened: " + e);
            }
        }
    }
}
