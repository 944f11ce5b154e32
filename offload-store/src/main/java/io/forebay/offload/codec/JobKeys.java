package io.forebay.offload.codec;

import io.forebay.offload.machine.LogRecord;
import io.forebay.offload.machine.StoredJob;
import io.forebay.offload.storage.Batch;
import io.forebay.offload.storage.Family;

/// Every key that stands in the store because of a job: those that would go with it. The writer itself is
/// asked, so that there is one place that knows.
public final class JobKeys {
    private final RecordWriter writer = new RecordWriter();

    /// Takes one key.
    @FunctionalInterface
    public interface Visitor {
        void key(Family family, byte[] key);
    }

    public void visit(StoredJob job, Visitor visitor) {
        try (Deletions deletions = new Deletions(visitor)) {
            writer.write(new LogRecord.JobErased(job.id()), job, deletions);
        }
    }

    /// A batch that only tells what it was to delete.
    private static final class Deletions implements Batch {
        private final Visitor visitor;

        Deletions(Visitor visitor) {
            this.visitor = visitor;
        }

        @Override
        public void put(Family family, byte[] key, byte[] value) {
            throw new IllegalStateException("nothing is put when a job goes");
        }

        @Override
        public void delete(Family family, byte[] key) {
            visitor.key(family, key);
        }

        @Override
        public void deleteOnce(Family family, byte[] key) {
            visitor.key(family, key);
        }

        @Override
        public int count() {
            return 0;
        }

        @Override
        public long bytes() {
            return 0;
        }

        @Override
        public void clear() {}

        @Override
        public void close() {}
    }
}
