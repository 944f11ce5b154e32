package io.forebay.main.process.crash;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// The jobs that clients were promised. Any thread.
final class AcceptedJobs {
    private final Map<String, Job> jobs = new LinkedHashMap<>();
    /// 202s of this life of the gateway, repeats too.
    private int answers;

    /// @param request the name of the request that it is
    record Job(String request, String id) {}

    synchronized void add(Request request, String id) {
        jobs.putIfAbsent(id, new Job(request.name(), id));
        answers++;
        notifyAll();
    }

    synchronized List<Job> all() {
        return List.copyOf(jobs.values());
    }

    synchronized @Nullable Job any(Random random) {
        return jobs.isEmpty() ? null : List.copyOf(jobs.values()).get(random.nextInt(jobs.size()));
    }

    /// A life begins.
    synchronized void begin() {
        answers = 0;
    }

    /// Waits for so many 202s since [#begin()].
    ///
    /// @return whether they came in time
    synchronized boolean await(int count, long limitMs) throws InterruptedException {
        long endNs = System.nanoTime() + limitMs * 1_000_000;
        while (answers < count) {
            long leftMs = (endNs - System.nanoTime()) / 1_000_000;
            if (leftMs <= 0) {
                return false;
            }
            wait(leftMs);
        }
        return true;
    }
}
