package io.forebay.main.operator;

import com.sun.management.UnixOperatingSystemMXBean;
import io.forebay.main.Version;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.MemoryUsage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/// The process and its JVM, under the names that Prometheus' clients have in common: `process.*` and `jvm.*`.
final class ProcessMeters {
    private static final Path STATUS = Path.of("/proc/self/status");

    private ProcessMeters() {}

    static void bind(MeterRegistry registry) {
        Gauge.builder("forebay.build", () -> 1)
                .tag("version", Version.TEXT)
                .description("1 for the version that runs")
                .register(registry);
        process(registry);
        MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
        memory(registry, "heap", memory, MemoryMXBean::getHeapMemoryUsage);
        memory(registry, "nonheap", memory, MemoryMXBean::getNonHeapMemoryUsage);
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            FunctionTimer.builder(
                            "jvm.gc.collection",
                            collector,
                            GarbageCollectorMXBean::getCollectionCount,
                            GarbageCollectorMXBean::getCollectionTime,
                            TimeUnit.MILLISECONDS)
                    .tag("gc", collector.getName())
                    .description("Collections of garbage, and how long they took")
                    .register(registry);
        }
        Gauge.builder("jvm.threads.current", ManagementFactory.getThreadMXBean(), threads -> threads.getThreadCount())
                .description("Platform threads")
                .register(registry);
    }

    private static void process(MeterRegistry registry) {
        double startSeconds = ManagementFactory.getRuntimeMXBean().getStartTime() / 1e3;
        Gauge.builder("process.start.time.seconds", () -> startSeconds)
                .description("When the process began, since 1970")
                .register(registry);
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system) {
            FunctionCounter.builder("process.cpu.seconds", system, unix -> unix.getProcessCpuTime() / 1e9)
                    .description("Processor time that the process has used")
                    .register(registry);
            Gauge.builder("process.open.fds", system, UnixOperatingSystemMXBean::getOpenFileDescriptorCount)
                    .description("File descriptors that are open")
                    .register(registry);
            Gauge.builder("process.max.fds", system, UnixOperatingSystemMXBean::getMaxFileDescriptorCount)
                    .description("File descriptors that may be open")
                    .register(registry);
        }
        Gauge.builder("process.resident.memory.bytes", ProcessMeters::residentBytes)
                .description("Memory of the process that is in RAM")
                .register(registry);
    }

    private interface Area {
        MemoryUsage of(MemoryMXBean memory);
    }

    private static void memory(MeterRegistry registry, String area, MemoryMXBean memory, Area of) {
        memory(
                registry,
                "jvm.memory.used.bytes",
                "Memory of the JVM that is in use",
                area,
                memory,
                bean -> of.of(bean).getUsed());
        memory(
                registry,
                "jvm.memory.max.bytes",
                "What the memory of the JVM may become; -1: no limit",
                area,
                memory,
                bean -> of.of(bean).getMax());
    }

    private static void memory(
            MeterRegistry registry,
            String name,
            String help,
            String area,
            MemoryMXBean memory,
            ToDoubleFunction<MemoryMXBean> value) {
        Gauge.builder(name, memory, value).tag("area", area).description(help).register(registry);
    }

    /// `VmRSS` of proc(5), not a number where it cannot be read.
    private static double residentBytes() {
        try {
            return Files.readAllLines(STATUS).stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .mapToDouble(line -> Double.parseDouble(line.replaceAll("[^0-9]", "")) * 1024)
                    .findFirst()
                    .orElse(Double.NaN);
        } catch (IOException e) {
            return Double.NaN;
        }
    }
}
