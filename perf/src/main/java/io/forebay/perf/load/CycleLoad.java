package io.forebay.perf.load;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;

/// The load of whole job cycles, a process of its own on one thread: clients that submit, workers that lease and
/// complete, each on keep-alive connections with one request at a time. Clients hold back while there are four
/// unfinished jobs for each of them, so that what is measured is not how long a queue can be; in the end all jobs are
/// finished. One line of JSON out (a `LoadResult`, in which a completed job counts as a 200 and its latency runs from
/// the begin of its submit). Exit code 0 when at least one was completed in the measured window.
@Command(name = "cycle-load", mixinStandardHelpOptions = true, description = "Submits, leases and completes jobs.")
public final class CycleLoad implements Callable<Integer> {
    private static final int OPEN_PER_LINE = 4;
    private static final double DRAIN_SECONDS_MAX = 20;
    private static final int LEASES_AT_ONCE = 64;
    private static final int LEASING_LINES = 4;
    private static final int LEASES_HELD_MAX = 512;
    private static final byte[] LOCATION = "location: /_jobs/".getBytes(ISO_8859_1);
    private static final byte[] LEASE = "\"lease\":\"".getBytes(ISO_8859_1);
    private static final byte[] JOB = "\"job\":\"".getBytes(ISO_8859_1);

    @Parameters(index = "0", description = "on 127.0.0.1")
    private int port;

    @Option(names = "--tokens", required = true, description = "file of bearer tokens, of which the first is taken")
    private Path tokens = Path.of("");

    @Option(names = "--lines", description = "connections that submit, and that complete")
    private int lines = 64;

    @Option(names = "--body", description = "bytes of each request, and of each result")
    private int bodyBytes = 1024;

    @Option(names = "--warm", description = "seconds at full load before the measured window")
    private double warmSeconds = 1;

    @Option(names = "--seconds", description = "length of the measured window")
    private double seconds = 5;

    private final Tally tally = new Tally();
    private final Map<String, Long> begun = new HashMap<>();
    private final Deque<Leased> leased = new ArrayDeque<>();
    private final Deque<CycleLine> idleWorkers = new ArrayDeque<>();
    private final Deque<CycleLine> idleClients = new ArrayDeque<>();
    private final Deque<CycleLine> idleLeasers = new ArrayDeque<>();
    private final Map<CycleLine, Long> sentNs = new HashMap<>();
    private String token = "";
    private byte[] submit = {};
    private int open;
    private boolean isMeasured;
    private boolean isDraining;

    private record Leased(String lease, String job) {}

    public static void main(String... args) {
        System.exit(new CommandLine(new CycleLoad()).execute(args));
    }

    @Override
    public Integer call() throws IOException {
        PrintStream out = System.out;
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        token = Files.readAllLines(tokens).getFirst();
        submit = request("/jobs");
        List<CycleLine> all = new ArrayList<>();
        try (Selector selector = Selector.open()) {
            open(all, selector);
            turn(selector, warmSeconds);
            out.println("begin");
            long cpuNs = system.getProcessCpuTime();
            long startNs = System.nanoTime();
            isMeasured = true;
            turn(selector, seconds);
            isMeasured = false;
            out.println("end");
            double tookNs = System.nanoTime() - startNs;
            double cpuShare = (system.getProcessCpuTime() - cpuNs) / tookNs;
            isDraining = true;
            turn(selector, DRAIN_SECONDS_MAX);
            LoadResult result = tally.result(tookNs / 1e9, 1, 0, cpuShare);
            out.println(JsonMapper.shared().writeValueAsString(result));
            return result.requests() > 0 ? 0 : 1;
        } finally {
            for (CycleLine line : all) {
                line.close();
            }
        }
    }

    private void open(List<CycleLine> all, Selector selector) throws IOException {
        for (int i = 0; i < lines; i++) {
            CycleLine client = CycleLine.open(CycleLine.Role.SUBMIT, port, selector);
            CycleLine worker = CycleLine.open(CycleLine.Role.COMPLETE, port, selector);
            idleClients.add(client);
            idleWorkers.add(worker);
            all.addAll(List.of(client, worker));
        }
        for (int i = 0; i < LEASING_LINES; i++) {
            CycleLine leaser = CycleLine.open(CycleLine.Role.LEASE, port, selector);
            idleLeasers.add(leaser);
            all.add(leaser);
        }
    }

    private byte[] request(String path) {
        String head = "POST " + path + " HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer " + token
                + "\r\ncontent-type: text/plain\r\ncontent-length: " + bodyBytes + "\r\n\r\n";
        return (head + "x".repeat(bodyBytes)).getBytes(ISO_8859_1);
    }

    private void turn(Selector selector, double lasting) throws IOException {
        long endNs = System.nanoTime() + (long) (lasting * 1e9);
        while (System.nanoTime() < endNs && !(isDraining && open <= 0)) {
            give();
            selector.select(100);
            for (SelectionKey key : selector.selectedKeys()) {
                CycleLine line = (CycleLine) key.attachment();
                if (key.isWritable()) {
                    line.write();
                }
                if (key.isReadable() && line.read()) {
                    answered(line);
                }
            }
            selector.selectedKeys().clear();
        }
    }

    /// Everybody who is idle gets to do what there is to do.
    private void give() throws IOException {
        while (!idleWorkers.isEmpty() && !leased.isEmpty()) {
            Leased next = leased.remove();
            CycleLine worker = idleWorkers.remove();
            worker.job = next.job();
            worker.send(request("/_leases/" + next.lease() + "/complete"));
        }
        while (!idleLeasers.isEmpty() && leased.size() < LEASES_HELD_MAX) {
            idleLeasers
                    .remove()
                    .send(("POST /_queues/cycle/leases?max=" + LEASES_AT_ONCE
                                    + "&wait=1 HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer " + token
                                    + "\r\ncontent-length: 0\r\n\r\n")
                            .getBytes(ISO_8859_1));
        }
        while (!idleClients.isEmpty() && open < OPEN_PER_LINE * lines && !isDraining) {
            CycleLine client = idleClients.remove();
            open++;
            sentNs.put(client, System.nanoTime());
            client.send(submit);
        }
    }

    private void answered(CycleLine line) throws IOException {
        int expected = line.role == CycleLine.Role.SUBMIT ? 202 : 200;
        if (line.status() != expected) {
            throw new IOException(line.role + " was answered " + line.text());
        }
        switch (line.role) {
            case SUBMIT -> {
                // Its job may have been leased and completed before the client hears of it.
                begun.merge(line.after(LOCATION, '\r', 0), sentNs.getOrDefault(line, 0L), (_, _) -> null);
                idleClients.add(line);
            }
            case LEASE -> {
                for (int at = line.find(LEASE, 0); at >= 0; at = line.find(LEASE, at + LEASE.length)) {
                    leased.add(new Leased(line.after(LEASE, '"', at), line.after(JOB, '"', at)));
                }
                idleLeasers.add(line);
            }
            case COMPLETE -> {
                completed(line.job);
                idleWorkers.add(line);
            }
        }
    }

    private void completed(String job) {
        open--;
        Long sinceNs = begun.remove(job);
        if (sinceNs == null) {
            begun.put(job, 0L);
        }
        if (isMeasured) {
            tally.answered(200);
            if (sinceNs != null) {
                tally.latency(System.nanoTime() - sinceNs);
            }
        }
    }
}
