package io.forebay.main.quickstart;

import io.forebay.main.ExitCode;
import java.io.IOException;
import java.io.PrintStream;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `forebay quickstart`: certificates, tokens, a policy, two upstreams and the gateway on this machine, and a tour of
/// what it does. Without `--once` everything stays up until Ctrl-C. Exit codes: 0, 1 if a step did not show what it
/// should, 64 for a taken port or an unusable folder.
@Command(
        name = "quickstart",
        subcommands = CredentialsCommand.class,
        description = "A tour of everything on this machine; then curl lines to try.")
public final class QuickstartCommand implements Callable<Integer> {
    private static final Duration REPORT_TIME = Duration.ofSeconds(2);

    @Option(names = "--once", description = "end after the tour, with exit code 0 or 1")
    private boolean isOnce;

    @Option(names = "--data", paramLabel = "DIR", description = "folder for everything (default ${DEFAULT-VALUE})")
    private Path root = Path.of(".forebay", "quickstart");

    @Option(names = "--port", description = "where the gateway listens (default ${DEFAULT-VALUE})")
    private int port = 8443;

    @Option(names = "--admin-port", description = "its operators' interface, 0 for none (default ${DEFAULT-VALUE})")
    private int adminPort = 9901;

    private final PrintStream out = System.out;
    private final Narrator narrator = new Narrator(out);

    @Override
    public Integer call() throws InterruptedException {
        Ports ports = new Ports(port, adminPort);
        Optional<Integer> taken = ports.taken();
        if (taken.isPresent()) {
            System.err.println("forebay: port " + taken.get() + " is taken; end what listens there, or choose another"
                    + " with --port or --admin-port");
            return ExitCode.USAGE;
        }
        TourFolder folder = new TourFolder(root);
        try {
            folder.begin();
        } catch (IOException e) {
            System.err.println("forebay: the data folder cannot be used: " + e.getMessage());
            return ExitCode.USAGE;
        }
        try {
            return walk(folder, ports);
        } catch (TourFailedException e) {
            return failed(e.getMessage() == null ? e.toString() : e.getMessage(), folder);
        } catch (IOException | GeneralSecurityException e) {
            return failed(e.toString(), folder);
        }
    }

    private int failed(String why, TourFolder folder) {
        out.println();
        out.println("The tour ended early: " + why);
        out.println("The gateway's log is " + folder.shown(folder.log()));
        return ExitCode.FAILED;
    }

    private int walk(TourFolder folder, Ports ports)
            throws IOException, GeneralSecurityException, InterruptedException, TourFailedException {
        Tour tour = prepare(folder, ports);
        Thread hook = new Thread(tour::close, "quickstart-end");
        Runtime.getRuntime().addShutdownHook(hook);
        try (tour) {
            tour.gateway().awaitReady();
            narrator.say("The gateway is PID " + tour.gateway().pid() + "; it logs to " + folder.shown(folder.log()));
            OffloadStep offload = new OffloadStep();
            List<Step> steps =
                    List.of(new RoutedCallStep(), new RefusalStep(), offload, new CrashStep(), new PolicyEditStep());
            for (Step step : steps) {
                narrator.chapter(step.title());
                step.walk(tour);
            }
            narrator.chapter("Done: every step showed what it should");
            return isOnce ? ExitCode.OK : stayUp(tour, offload);
        }
    }

    private Tour prepare(TourFolder folder, Ports ports) throws IOException, GeneralSecurityException {
        Tour tour = Tour.open(folder, ports, narrator, REPORT_TIME, List.of());
        DemoUpstreams upstreams = tour.upstreams();
        narrator.say("Forebay quickstart: everything is in " + folder.shown(folder.root()));
        narrator.say("certificates in pki/, tokens in tokens/, the policy in policy/, the job store in data/");
        narrator.say("Upstreams: a menu on port " + upstreams.menuPort() + ", slow reports on port "
                + upstreams.reportsPort());
        return tour;
    }

    private int stayUp(Tour tour, OffloadStep offload)
            throws IOException, InterruptedException, GeneralSecurityException, TourFailedException {
        JobView job = offload.finished();
        if (job == null) {
            throw new IllegalStateException("the tour was not walked");
        }
        try (TourClient client = tour.client()) {
            HttpResponse<byte[]> status = client.send(job.status());
            String tag = status.headers().firstValue("etag").orElse("*");
            out.println();
            out.println("It all keeps running until Ctrl-C. To try by hand, in this folder:");
            new CurlLines(tour.folder(), tour.ports(), narrator).print(job, tag);
        }
        if (adminPort != 0) {
            out.println();
            out.println("# what operators see");
            out.println("curl -H \"Authorization: Bearer $(cat "
                    + tour.folder().shown(tour.folder().data()) + "/admin.token)\" http://127.0.0.1:" + adminPort
                    + "/api/v1/status");
        }
        out.flush();
        int code = tour.gateway().await();
        System.err.println("forebay: the gateway ended with exit code " + code);
        return ExitCode.FAILED;
    }
}
