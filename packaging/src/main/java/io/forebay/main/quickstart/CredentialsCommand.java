package io.forebay.main.quickstart;

import io.forebay.main.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `forebay quickstart credentials DIR`: the certificates and tokens of the tour alone, in `DIR/pki` and `DIR/tokens`,
/// for examples and first steps.
@Command(name = "credentials", description = "Makes certificates and tokens for trying things out.")
final class CredentialsCommand implements Callable<Integer> {
    @Parameters(paramLabel = "DIR", description = "folder that gets pki/ and tokens/; neither may exist")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path root;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, GeneralSecurityException {
        TourFolder folder = new TourFolder(root);
        for (Path made : new Path[] {folder.pki(), folder.tokens()}) {
            if (Files.exists(made)) {
                spec.commandLine().getErr().println("forebay: " + made + " exists already");
                return ExitCode.USAGE;
            }
            Files.createDirectories(made);
        }
        SecureRandom random = new SecureRandom();
        TourPki.create(folder, Instant.now(), random);
        TourTokens.create(folder, Instant.now(), random);
        return ExitCode.OK;
    }
}
