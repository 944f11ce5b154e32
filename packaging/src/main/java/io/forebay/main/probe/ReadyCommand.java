package io.forebay.main.probe;

import io.forebay.admin.server.AdminAddressFile;
import io.forebay.admin.server.AdminSettings;
import io.forebay.main.ExitCode;
import io.forebay.main.output.JsonOutput;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Asks the running process whether traffic should come: the health check of a container. Needs no token, opens no
/// store.
@Command(name = "ready", description = "Exits 0 when the gateway that runs is ready, 1 when not.")
public final class ReadyCommand implements Callable<Integer> {
    private static final int SECONDS_MAX = 60;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "the data folder of the gateway, which says where its operators' port is")
    private @Nullable Path data;

    @Option(names = "--admin-host", paramLabel = "HOST", description = "the operators' port's host (127.0.0.1)")
    private @Nullable String host;

    @Option(names = "--admin-port", paramLabel = "PORT", description = "the operators' port (9901)")
    private @Nullable Integer port;

    @Option(names = "--admin-tls", description = "the operators' port speaks TLS; its certificate is not verified")
    private boolean isTls;

    @Option(names = "--timeout", paramLabel = "SECONDS", description = "how long to wait for the answer (5)")
    private int timeoutSeconds = 5;

    @Option(names = "--json", description = "one JSON document on standard output")
    private boolean isJson;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (timeoutSeconds < 1 || timeoutSeconds > SECONDS_MAX) {
            return wrong("--timeout must be 1 to " + SECONDS_MAX + " seconds: " + timeoutSeconds);
        }
        if (data != null && (host != null || port != null || isTls)) {
            return wrong("--data says where the operators' port is; leave out --admin-host, --admin-port, --admin-tls");
        }
        Readiness readiness;
        try {
            readiness = new ReadyProbe(timeoutSeconds * 1_000).ask(endpoint());
        } catch (URISyntaxException e) {
            return wrong("not an address: " + e.getInput());
        } catch (IOException e) {
            readiness = Readiness.no("", String.valueOf(e.getMessage()));
        }
        return say(readiness);
    }

    private URI endpoint() throws IOException, URISyntaxException {
        if (data != null) {
            return AdminAddressFile.read(data);
        }
        String name = host == null ? AdminSettings.HOST_DEFAULT : host;
        String literal = name.indexOf(':') >= 0 ? "[" + name + "]" : name;
        return new URI((isTls ? "https://" : "http://") + literal + ":"
                        + (port == null ? AdminSettings.PORT_DEFAULT : port.intValue()))
                .parseServerAuthority();
    }

    private int say(Readiness readiness) {
        if (isJson) {
            JsonOutput.print(spec.commandLine().getOut(), readiness);
        } else if (readiness.ready()) {
            spec.commandLine().getOut().println("ready");
        }
        if (!readiness.ready()) {
            spec.commandLine().getErr().println("forebay: " + readiness.reason());
        }
        return readiness.ready() ? ExitCode.OK : ExitCode.FAILED;
    }

    private int wrong(String message) {
        spec.commandLine().getErr().println("forebay: " + message);
        return ExitCode.USAGE;
    }
}
