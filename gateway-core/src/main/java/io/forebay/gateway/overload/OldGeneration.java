package io.forebay.gateway.overload;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The part of the heap where objects that last are, whichever collector there is: the largest pool of the heap
/// that can be watched for its use. When it was collected the whole heap was, and all that is left then is in use.
interface OldGeneration {
    /// That of this process.
    OldGeneration OF_PROCESS = ofProcess();

    /// How often it was collected. Allocates nothing.
    long collections();

    /// What the last collection left of the whole heap, 0 to 1. Not of this part: young objects that a full collection
    /// finds in use move here, and while a policy is loaded it may well be full with the rest of the heap empty.
    double left();

    private static OldGeneration ofProcess() {
        MemoryPoolMXBean largest = null;
        for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
            boolean isCandidate = pool.getType() == MemoryType.HEAP && pool.isUsageThresholdSupported();
            if (isCandidate && (largest == null || max(pool) > max(largest))) {
                largest = pool;
            }
        }
        return largest == null ? new Unknown() : new Pool(largest);
    }

    private static long max(MemoryPoolMXBean pool) {
        return pool.getUsage().getMax();
    }

    /// A pool of the JVM.
    final class Pool implements OldGeneration {
        private final List<MemoryPoolMXBean> heap = ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .toList();
        private final List<GarbageCollectorMXBean> collectors;

        Pool(MemoryPoolMXBean pool) {
            this.collectors = ManagementFactory.getGarbageCollectorMXBeans().stream()
                    .filter(collector ->
                            Arrays.asList(collector.getMemoryPoolNames()).contains(pool.getName()))
                    .toList();
        }

        @Override
        public long collections() {
            long count = 0;
            for (int i = 0; i < collectors.size(); i++) {
                count += Math.max(0, collectors.get(i).getCollectionCount());
            }
            return count;
        }

        @Override
        public double left() {
            long bytes = 0;
            for (MemoryPoolMXBean pool : heap) {
                @Nullable MemoryUsage after = pool.getCollectionUsage();
                bytes += after == null ? 0 : after.getUsed();
            }
            return (double) bytes / Runtime.getRuntime().maxMemory();
        }
    }

    /// A JVM that has no such pool.
    final class Unknown implements OldGeneration {
        @Override
        public long collections() {
            return 0;
        }

        @Override
        public double left() {
            return 0;
        }
    }
}
