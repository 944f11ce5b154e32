package io.forebay.main.doctor;

import com.sun.management.HotSpotDiagnosticMXBean;
import io.forebay.admin.server.AdminSettings;
import io.forebay.gateway.GatewaySettings;
import io.forebay.main.BootConfig;
import io.forebay.main.BootFile;
import io.forebay.main.ExitCode;
import io.forebay.main.StartFailure;
import io.forebay.main.output.JsonOutput;
import io.forebay.policy.ListenerPolicy;
import io.forebay.policy.PortListeners;
import io.forebay.policy.ServerCertificate;
import io.forebay.policy.compile.CompileSettings;
import io.forebay.policy.reload.PolicyCheck;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Looks at the host, and at the folders and files of a gateway where it is told them. Changes nothing but for a file
/// in
/// the data folder that is gone when it ends.
@Command(name = "doctor", description = "Says whether this host is fit for the gateway, and what to do.")
public final class DoctorCommand implements Callable<Integer> {
    @Option(names = "--data", paramLabel = "DIR", description = "the data folder: its disk is measured")
    private @Nullable Path data;

    @Option(names = "--policy", paramLabel = "DIR", description = "the policy folder: its ports and certificates")
    private @Nullable Path policy;

    @Option(names = "--config", paramLabel = "FILE", description = "boot configuration")
    private @Nullable Path config;

    @Option(names = "--json", description = "one JSON document on standard output")
    private boolean isJson;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    /// What `--json` shows.
    ///
    /// @param healthy whether nothing has failed
    record Report(boolean healthy, List<Shown> findings) {}

    /// @param level `ok`, `warning` or `failed`
    record Shown(String check, String level, String figure, String advice) {}

    @Override
    public Integer call() throws IOException {
        List<Finding> findings = look(new LinuxHost(), Instant.now());
        boolean isHealthy = findings.stream().noneMatch(finding -> finding.level() == Finding.Level.FAILED);
        PrintWriter out = spec.commandLine().getOut();
        if (isJson) {
            List<Shown> shown = findings.stream()
                    .map(one -> new Shown(one.check(), level(one), one.figure(), one.advice()))
                    .toList();
            JsonOutput.print(out, new Report(isHealthy, shown));
        } else {
            findings.forEach(finding -> print(out, finding));
            out.flush();
        }
        return isHealthy ? ExitCode.OK : ExitCode.FAILED;
    }

    private static void print(PrintWriter out, Finding finding) {
        out.println(String.format(Locale.ROOT, "%-8s %-14s %s", level(finding), finding.check(), finding.figure()));
        if (!finding.advice().isEmpty()) {
            out.println("         -> " + finding.advice());
        }
    }

    private static String level(Finding finding) {
        return finding.level().name().toLowerCase(Locale.ROOT);
    }

    private List<Finding> look(HostView host, Instant now) throws IOException {
        List<Finding> findings = new ArrayList<>();
        BootConfig boot = boot(findings);
        int connectionsMax = boot == null
                ? GatewaySettings.CONNECTIONS_MAX_DEFAULT
                : boot.gateway().connectionsMax();
        findings.addAll(LimitsCheck.of(host, connectionsMax));
        findings.add(MemoryCheck.of(host, Runtime.getRuntime().maxMemory(), directBytesMax()));
        findings.add(IoUringCheck.of(host));
        findings.add(ClockCheck.of(host.clock()));
        if (data != null) {
            findings.addAll(DiskCheck.of(host, data));
        }
        if (policy != null) {
            lookAtPolicy(host, policy, boot, now, findings);
        }
        if (boot != null && boot.hasAdmin()) {
            findings.add(PortCheck.of(host, boot.admin().port(), "operators"));
            AdminSettings.TlsFiles tls = boot.admin().tls();
            if (tls != null) {
                findings.add(CertificateCheck.of("operators", tls.certificate(), now));
            }
        }
        if (boot != null && boot.health() != null) {
            findings.add(PortCheck.of(host, boot.health().port(), "health"));
        }
        if (boot != null && boot.gateway().peers() != null) {
            findings.add(PortCheck.of(host, boot.gateway().peers().listenPort(), "peers"));
        }
        if (boot != null && boot.peers() != null) {
            findings.add(CertificateCheck.of("peers", boot.peers().certificate(), now));
        }
        return findings;
    }

    private @Nullable BootConfig boot(List<Finding> findings) {
        try {
            Path none = Path.of("");
            BootConfig boot =
                    BootFile.read(config, Map.of()).config(data == null ? none : data, policy == null ? none : policy);
            findings.add(Finding.ok("boot-file", config == null ? "none, the defaults" : config.toString()));
            return boot;
        } catch (StartFailure e) {
            findings.add(Finding.failed("boot-file", String.valueOf(e.getMessage()), "see docs/configuration.md"));
            return null;
        }
    }

    private static void lookAtPolicy(
            HostView host, Path folder, @Nullable BootConfig boot, Instant now, List<Finding> findings)
            throws IOException {
        CompileSettings settings = boot == null
                ? CompileSettings.DEFAULT
                : new CompileSettings(boot.jobs().reservedPrefix());
        PolicyCheck.Reading reading;
        try {
            reading = PolicyCheck.read(folder, settings, now.toEpochMilli());
        } catch (IOException e) {
            findings.add(Finding.failed("policy", folder + " cannot be listed: " + e, "name the policy folder"));
            return;
        }
        findings.add(FilesCheck.ofPolicy(reading.result().diagnostics()));
        for (PortListeners port : reading.result().snapshot().ports()) {
            findings.add(PortCheck.of(
                    host, port.port(), "listener " + port.listeners().getFirst().id()));
        }
        for (ListenerPolicy listener : reading.result().snapshot().listeners()) {
            for (ServerCertificate certificate : listener.certificates()) {
                findings.add(CertificateCheck.of("listener " + listener.id(), certificate.chainPem(), now));
            }
        }
    }

    private static long directBytesMax() {
        String value = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                .getVMOption("MaxDirectMemorySize")
                .getValue();
        long bytes = Long.parseLong(value);
        return bytes == 0 ? Runtime.getRuntime().maxMemory() : bytes;
    }
}
