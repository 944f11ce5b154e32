package io.forebay.perf.load;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;

/// The load of a broker, a process of its own: messages of one size, so many unconfirmed at a time, one line of JSON
/// out (a `LoadResult`, in which a confirmed message counts as a 202). Exit code 0 when at least one was confirmed in
/// the measured window.
@Command(name = "broker-load", mixinStandardHelpOptions = true, description = "Publishes with confirms.")
public final class BrokerLoad implements Callable<Integer> {
    private static final int CONFIRMED = 202;
    private static final long LOOK_NS = 1_000_000;

    @Parameters(index = "0", description = "redis or rabbitmq")
    private String broker = "";

    @Parameters(index = "1", description = "on 127.0.0.1")
    private int port;

    @Option(names = "--in-flight")
    private int inFlight = 1;

    @Option(names = "--body", description = "bytes of each message")
    private int bodyBytes = 1024;

    @Option(names = "--warm", description = "seconds at full load before the measured window")
    private double warmSeconds = 1;

    @Option(names = "--seconds", description = "length of the measured window")
    private double seconds = 5;

    private final Tally tally = new Tally();
    private volatile boolean isMeasured;

    /// Publishes until it is closed.
    interface Publisher {
        void close() throws IOException;
    }

    /// Hears of each message once it is confirmed.
    @FunctionalInterface
    interface Confirms {
        void confirmed(long tookNs);
    }

    public static void main(String... args) {
        System.exit(new CommandLine(new BrokerLoad()).execute(args));
    }

    @Override
    public Integer call() throws IOException {
        PrintStream out = System.out;
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        Publisher publisher = publisher();
        try {
            pass(warmSeconds);
            out.println("begin");
            long cpuNs = system.getProcessCpuTime();
            long startNs = System.nanoTime();
            isMeasured = true;
            pass(seconds);
            isMeasured = false;
            out.println("end");
            double tookNs = System.nanoTime() - startNs;
            double cpuShare = (system.getProcessCpuTime() - cpuNs) / tookNs;
            LoadResult result;
            synchronized (tally) {
                result = tally.result(tookNs / 1e9, 0, 0, cpuShare);
            }
            out.println(JsonMapper.shared().writeValueAsString(result));
            return result.requests() > 0 ? 0 : 1;
        } finally {
            publisher.close();
        }
    }

    private Publisher publisher() throws IOException {
        byte[] body = new byte[bodyBytes];
        Arrays.fill(body, (byte) 'x');
        return switch (broker) {
            case "redis" -> RedisPublisher.start(port, inFlight, body, this::confirmed);
            case "rabbitmq" -> AmqpPublisher.start(port, inFlight, body, this::confirmed);
            default -> throw new IllegalArgumentException("no broker is called " + broker);
        };
    }

    private void confirmed(long tookNs) {
        if (isMeasured) {
            synchronized (tally) {
                tally.answered(CONFIRMED);
                tally.latency(tookNs);
            }
        }
    }

    private static void pass(double seconds) {
        long endNs = System.nanoTime() + (long) (seconds * 1e9);
        while (System.nanoTime() < endNs) {
            LockSupport.parkNanos(LOOK_NS);
        }
    }
}
