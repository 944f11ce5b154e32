package io.forebay.main.init;

import io.forebay.main.ExitCode;
import io.forebay.main.output.JsonOutput;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Makes a folder to begin with: a commented policy, keys, a token, a boot configuration, the operators' token.
@Command(name = "init", description = "Makes a first policy with keys, a token and a boot configuration.")
public final class InitCommand implements Callable<Integer> {
    /// As whom the launcher was called.
    private static final String PROGRAM = "forebay.program";

    @Parameters(paramLabel = "DIR", description = "a folder that is empty, or not there yet")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path directory;

    @Option(names = "--port", paramLabel = "PORT", description = "where clients connect (${DEFAULT-VALUE})")
    private int port = 8443;

    @Option(names = "--admin-port", paramLabel = "PORT", description = "where operators do (${DEFAULT-VALUE})")
    private int adminPort = 9901;

    @Option(names = "--backend-port", paramLabel = "PORT", description = "where the backend is (${DEFAULT-VALUE})")
    private int backendPort = 9001;

    @Option(names = "--json", description = "one JSON document on standard output")
    private boolean isJson;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    /// What `--json` shows.
    ///
    /// @param next the commands to run, in their order
    record Made(String directory, List<String> files, List<String> next) {}

    @Override
    public Integer call() throws IOException, GeneralSecurityException {
        FirstFolder folder = new FirstFolder(directory);
        PrintWriter err = spec.commandLine().getErr();
        FirstFolder.Ports ports;
        try {
            ports = new FirstFolder.Ports(port, adminPort, backendPort);
        } catch (IllegalArgumentException e) {
            err.println("forebay: " + e.getMessage());
            return ExitCode.USAGE;
        }
        if (!folder.isFree()) {
            err.println("forebay: " + directory
                    + " is not empty; nothing was written. Name a folder that is empty or not" + " there yet");
            return ExitCode.CANT_CREATE;
        }
        folder.write(ports, Instant.now(), new SecureRandom());
        show(folder);
        return ExitCode.OK;
    }

    private void show(FirstFolder folder) throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        List<String> files = folder.files().stream().map(Path::toString).toList();
        List<String> next = next();
        if (isJson) {
            JsonOutput.print(out, new Made(directory.toString(), files, next));
            return;
        }
        files.forEach(file -> out.println("made " + file));
        out.println();
        out.println("The policy sends everything to 127.0.0.1:" + backendPort + "; say where yours is in");
        out.println(folder.policy().resolve("30-backends.yaml") + ". Then:");
        out.println();
        next.forEach(out::println);
        out.flush();
    }

    private List<String> next() {
        String program = quoted(System.getProperty(PROGRAM, "forebay"));
        return List.of(
                program + " check " + inFolder("policy"),
                program + " run --data " + inFolder("data") + " --policy " + inFolder("policy") + " --config "
                        + inFolder("forebay.properties"),
                "curl --cacert " + inFolder("pki/ca.crt") + " --cert " + inFolder("pki/client.crt") + " --key "
                        + inFolder("pki/client.key") + " -H @" + inFolder("tokens/demo.header") + " https://localhost:"
                        + port
                        + "/");
    }

    private String inFolder(String name) {
        return quoted(directory.resolve(name).toString());
    }

    /// As a shell takes it.
    private static String quoted(String text) {
        return text.matches("[A-Za-z0-9_./-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
    }
}
