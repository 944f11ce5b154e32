package io.forebay.perf.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcFilesTest {
    @TempDir
    Path root;

    @Test
    void aCommandNameWithBlanksAndParenthesesDoesNotShiftTheFields() {
        ProcessStat stat = ProcessStat.parse(stat(42, "a) b (c", 7, 100, 20, 3, 4));
        assertThat(stat).isEqualTo(new ProcessStat(42, 7, 127));
    }

    @Test
    void aLineThatIsNoStatLineIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> ProcessStat.parse("42 no name"));
        assertThatIllegalArgumentException().isThrownBy(() -> ProcessStat.parse("42 (x) S 1 2"));
    }

    @Test
    void theTreeIsTheProcessAndAllThatDescendFromItAndNobodyElse() throws IOException {
        process(10, "sh", 1, 100);
        process(11, "java", 10, 200);
        process(12, "worker", 11, 300);
        process(20, "other", 1, 4000);
        ProcFiles proc = new ProcFiles(root);

        assertThat(proc.tree(10)).extracting(ProcessStat::pid).containsExactlyInAnyOrder(10L, 11L, 12L);
        assertThat(proc.cpuSeconds(10)).isEqualTo(6.0);
        assertThat(proc.tree(99)).isEmpty();
    }

    @Test
    void residentMemoryIsSummedOverTheTree() throws IOException {
        process(10, "sh", 1, 0);
        process(11, "java", 10, 0);
        Files.writeString(root.resolve("10/status"), "Name:\tsh\nVmHWM:\t 99999 kB\nVmRSS:\t  1024 kB\n");
        Files.writeString(root.resolve("11/status"), "Name:\tjava\nVmRSS:\t204800 kB\n");

        assertThat(new ProcFiles(root).rssMiB(10)).isEqualTo(201.0);
    }

    @Test
    void aCoreIsBusyWithWhateverIsNotIdleAndStolenTimeCounts() throws IOException {
        Files.writeString(root.resolve("stat"), """
                cpu  1000 0 1000 9000 0 0 0 0 0 0
                cpu0 1 1 1 1 1 1 1 1 0 0
                cpu1 100 10 50 800 40 5 15 30 100 0
                cpu11 7 7 7 7 7 7 7 7 7 7
                intr 1
                """);
        assertThat(new ProcFiles(root).core(1)).isEqualTo(new CoreTicks(210, 1050));
        assertThatIllegalArgumentException().isThrownBy(() -> new ProcFiles(root).core(2));
    }

    @Test
    void thisProcessIsFoundOnThisMachineWithTimeAndMemory() throws IOException {
        ProcFiles proc = ProcFiles.ofThisMachine();
        long own = ProcessHandle.current().pid();
        assertThat(proc.cpuSeconds(own)).isPositive();
        assertThat(proc.rssMiB(own)).isGreaterThan(10);
        assertThat(proc.core(0).totalTicks()).isPositive();
    }

    @Test
    void theForeignShareIsWhatTheCoreDidBeyondThePinnedProcess() {
        CpuWindow begin = new CpuWindow(0, 10, new CoreTicks(1000, 5000));
        CpuWindow end = new CpuWindow(10_000_000_000L, 17, new CoreTicks(1900, 6000));
        CpuUsage usage = begin.until(end);

        assertThat(usage.cpuSeconds()).isEqualTo(7);
        assertThat(usage.coreBusy()).isCloseTo(0.9, within(1e-9));
        assertThat(usage.foreignShare()).isCloseTo(0.2, within(1e-9));
        assertThat(usage.requestsPerCpuSecond(70_000)).isCloseTo(100_000, within(1e-6));
    }

    @Test
    void ticksThatLagBehindTheClockGiveNoNegativeShare() {
        CpuUsage usage = CpuUsage.of(1, 0.97, 0.95);
        assertThat(usage.foreignShare()).isZero();
    }

    private void process(long pid, String name, long parent, long ticks) throws IOException {
        Path folder = Files.createDirectories(root.resolve(Long.toString(pid)));
        Files.writeString(folder.resolve("stat"), stat(pid, name, parent, ticks, 0, 0, 0));
    }

    private static String stat(
            long pid, String name, long parent, long user, long system, long childUser, long childSystem) {
        return pid + " (" + name + ") S " + parent + " 1 1 0 -1 4194304 1 2 3 4 " + user + " " + system + " "
                + childUser + " " + childSystem + " 20 0 1 0 100 0 0\n";
    }
}
