package io.forebay.main.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.main.doctor.Finding.Level;
import io.forebay.mesh.identity.CertificateAuthority;
import io.forebay.mesh.identity.Validity;
import io.forebay.policy.document.Diagnostic;
import io.forebay.policy.document.Position;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Each check, when all is well and when it is not.
class ChecksTest {
    private static final long MIB = 1L << 20;

    @TempDir
    private Path folder;

    private final FakeHost host = new FakeHost();

    private static void assertAdvised(Finding finding, Level level, String advice) {
        assertThat(finding.level()).as(finding.toString()).isEqualTo(level);
        assertThat(finding.advice()).contains(advice);
    }

    private static void assertOk(Finding finding, String figure) {
        assertThat(finding.level()).as(finding.toString()).isEqualTo(Level.OK);
        assertThat(finding.figure()).contains(figure);
        assertThat(finding.advice()).isEmpty();
    }

    private List<Finding> limits(String files, String locked) {
        host.with("/proc/self/limits", """
                Limit                     Soft Limit           Hard Limit           Units
                Max locked memory         65536                %s                bytes
                Max open files            1024                 %s               files
                """.formatted(locked, files));
        return LimitsCheck.of(host, 50_000);
    }

    @Test
    void openFilesAreComparedWithTheConnections() {
        assertOk(limits("200000", "unlimited").getFirst(), "200000 at most");
        assertOk(limits("unlimited", "unlimited").getFirst(), "unlimited");
        assertAdvised(limits("65536", "unlimited").getFirst(), Level.WARNING, "101024");
        assertAdvised(limits("512", "unlimited").getFirst(), Level.FAILED, "LimitNOFILE");
        assertAdvised(LimitsCheck.of(new FakeHost(), 10).getFirst(), Level.WARNING, "ulimit -Hn");
    }

    @Test
    void lockedMemoryIsEnoughForRings() {
        assertOk(limits("1", "8388608").getLast(), "8192 KiB");
        assertAdvised(limits("1", "0").getLast(), Level.WARNING, "LimitMEMLOCK");
    }

    @ParameterizedTest
    @CsvSource({
        "1, 2, 0, io_uring_disabled is 2",
        "1, 1, 0, io_uring_disabled is 1",
        "1, 0, 2, seccomp filter forbids it",
        "1, 0, 0, security module",
        "38, 0, 2, seccomp filter hides it",
        "38, 0, 0, kernel was built without it",
        "12, 0, 0, LimitMEMLOCK",
        "22, 0, 0, io_uring_setup(2)",
    })
    void ioUringThatIsOffIsTraced(int errno, String disabled, int seccomp, String advice) {
        host.ioUringErrno = OptionalInt.of(errno);
        host.with("/proc/sys/kernel/io_uring_disabled", disabled + "\n")
                .with("/proc/self/status", "Name:\tjava\nSeccomp:\t" + seccomp + "\n")
                .with("/proc/sys/kernel/osrelease", "6.1.0\n");

        Finding finding = IoUringCheck.of(host);

        assertAdvised(finding, Level.WARNING, advice);
        assertThat(finding.figure()).contains("errno " + errno, "Linux 6.1.0", "epoll");
    }

    @Test
    void ioUringThatIsThereIsOk() {
        assertOk(IoUringCheck.of(host.with("/proc/sys/kernel/osrelease", "6.12.1\n")), "available, Linux 6.12.1");
        host.ioUringErrno = OptionalInt.empty();
        assertAdvised(IoUringCheck.of(host), Level.WARNING, "transport");
    }

    @Test
    void diskIsMeasured() {
        host.syncTimesNs = new long[] {3_000_000, 1_000_000, 2_000_000};
        List<Finding> found = DiskCheck.of(host, folder);

        assertThat(found).extracting(Finding::check).containsExactly("disk-sync", "disk-space", "disk-inodes");
        assertThat(found).extracting(Finding::level).containsOnly(Level.OK);
        assertThat(found.getFirst().figure()).isEqualTo("median 2.00 ms, worst 3.00 ms of 3");
    }

    @Test
    void slowSyncsAreSaid() {
        host.syncTimesNs = new long[] {20_000_000};
        assertAdvised(DiskCheck.of(host, folder).getFirst(), Level.WARNING, "202");
        host.syncTimesNs = new long[] {300_000_000};
        assertAdvised(DiskCheck.of(host, folder).getFirst(), Level.FAILED, "another disk");
        host.syncTimesNs = new long[0];
        assertAdvised(DiskCheck.of(host, folder).getFirst(), Level.FAILED, "another disk");
    }

    @Test
    void aDiskThatIsNearlyFullIsSaid() {
        host.space = new HostView.Space(1L << 30, OptionalLong.of(5_000));
        assertThat(DiskCheck.of(host, folder))
                .extracting(Finding::level)
                .containsExactly(Level.OK, Level.WARNING, Level.WARNING);
        host.space = new HostView.Space(1L << 20, OptionalLong.of(5));
        assertThat(DiskCheck.of(host, folder))
                .extracting(Finding::level)
                .containsExactly(Level.OK, Level.FAILED, Level.FAILED);
        host.space = new HostView.Space(100L << 30, OptionalLong.empty());
        assertOk(DiskCheck.of(host, folder).getLast(), "no limit");
    }

    @Test
    void aDataFolderThatIsMissingIsSaid() {
        assertAdvised(DiskCheck.of(host, folder.resolve("none")).getFirst(), Level.FAILED, "0700");
    }

    @Test
    void clockIsAsTheKernelSays() {
        assertOk(ClockCheck.of(Optional.of(new HostView.Clock(true, 20_000))), "synchronised, off by at most 20 ms");
        assertAdvised(ClockCheck.of(Optional.of(new HostView.Clock(false, 20_000))), Level.WARNING, "chrony");
        assertAdvised(ClockCheck.of(Optional.of(new HostView.Clock(true, 2_000_000))), Level.WARNING, "chrony");
        Finding unknown = ClockCheck.of(Optional.empty());
        assertAdvised(unknown, Level.WARNING, "timedatectl");
        assertThat(unknown.figure()).isEqualTo("unknown");
    }

    @Test
    void portsAreFreeOurOwnOrSomebodyElses() {
        assertOk(PortCheck.of(host, 8443, "listener a/b/c"), "free, listener a/b/c");
        host.taken.put(8443, Optional.of(new HostView.Holder(12, "/java -cp x io.forebay.main.Main run")));
        assertOk(PortCheck.of(host, 8443, "listener a/b/c"), "process 12");
        host.taken.put(8443, Optional.of(new HostView.Holder(14, "/java @/opt/forebay/etc/forebay.args run")));
        assertOk(PortCheck.of(host, 8443, "listener a/b/c"), "process 14");
        host.taken.put(8443, Optional.of(new HostView.Holder(13, "/usr/sbin/nginx -g x")));
        Finding other = PortCheck.of(host, 8443, "listener a/b/c");
        assertAdvised(other, Level.FAILED, "another port for listener a/b/c");
        assertThat(other.figure()).contains("process 13, /usr/sbin/nginx").doesNotContain("-g");
        host.taken.put(8443, Optional.empty());
        assertThat(PortCheck.of(host, 8443, "x").figure()).contains("may not see");
    }

    @Test
    void certificatesRunOut() throws Exception {
        Instant now = Instant.parse("2026-01-01T00:00:00Z");
        String pem = CertificateAuthority.create("test", Validity.from(now, Duration.ofDays(90)), new SecureRandom())
                .credential()
                .chainPem();

        assertOk(CertificateCheck.of("operators", pem, now), "operators: until 2026-04-01T00:00:00Z, 90 days");
        Finding soon = CertificateCheck.of("operators", pem, now.plus(Duration.ofDays(70)));
        assertAdvised(soon, Level.WARNING, "renew");
        assertAdvised(CertificateCheck.of("operators", pem, now.plus(Duration.ofDays(91))), Level.FAILED, "run out");
        assertAdvised(CertificateCheck.of("operators", "no PEM", now), Level.FAILED, "PEM");
    }

    @Test
    void memoryIsTheSmallestLimitOfHostAndGroups() {
        host.with("/proc/meminfo", "MemTotal:       16777216 kB\n");
        assertOk(MemoryCheck.of(host, 112 * MIB, 160 * MIB), "16384 MiB may be used; the JVM may take 432 MiB");

        host.with("/proc/self/cgroup", "0::/a/b\n").with("/sys/fs/cgroup/a/memory.max", "314572800\n");
        host.with("/sys/fs/cgroup/a/b/memory.max", "max\n");
        assertAdvised(MemoryCheck.of(host, 112 * MIB, 160 * MIB), Level.WARNING, "raise the limit");
        host.with("/sys/fs/cgroup/a/memory.max", "134217728\n");
        assertAdvised(MemoryCheck.of(host, 112 * MIB, 160 * MIB), Level.FAILED, "-Xmx");
    }

    @Test
    void memoryOfTheFirstControlGroupsIsReadToo() {
        host.with("/proc/self/cgroup", "5:cpu,cpuacct:/\n4:memory:/box\n")
                .with("/sys/fs/cgroup/memory/box/memory.limit_in_bytes", "134217728\n")
                .with("/sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");

        assertAdvised(MemoryCheck.of(host, 112 * MIB, 160 * MIB), Level.FAILED, "raise");
        assertAdvised(MemoryCheck.of(new FakeHost(), 1, 1), Level.WARNING, "the JVM may take");
    }

    @Test
    void policyIsAsCheckSays() {
        Diagnostic warning =
                new Diagnostic(new Position("a.yaml", 1, 2), Diagnostic.Severity.WARNING, "", "", "old", "");
        Diagnostic error = new Diagnostic(new Position("b.yaml", 3, 4), Diagnostic.Severity.ERROR, "", "", "bad", "");

        assertOk(FilesCheck.ofPolicy(List.of()), "0 errors, 0 warnings");
        assertAdvised(FilesCheck.ofPolicy(List.of(warning)), Level.WARNING, "forebay check");
        Finding failed = FilesCheck.ofPolicy(List.of(error, warning));
        assertAdvised(failed, Level.FAILED, "forebay check");
        assertThat(failed.figure()).startsWith("1 error, 1 warning; first b.yaml:3:4");
    }
}
