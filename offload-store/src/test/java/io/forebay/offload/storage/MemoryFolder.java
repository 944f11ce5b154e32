package io.forebay.offload.storage;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Storage in memory that outlives its `Storage` objects, as a folder would.
public final class MemoryFolder implements StorageOpener {
    private final Map<Family, NavigableMap<byte[], byte[]>> families = new EnumMap<>(Family.class);
    private boolean open;

    public MemoryFolder() {
        for (Family family : Family.values()) {
            families.put(family, new TreeMap<>(Arrays::compareUnsigned));
        }
    }

    @Override
    public synchronized Storage open() {
        if (open) {
            throw new StorageException("the memory folder is in use");
        }
        open = true;
        return new MemoryStorage();
    }

    /// Flips a bit of one stored value.
    public synchronized void damage(Family family, byte[] key) {
        byte[] value = requireNonNull(requireNonNull(families.get(family)).get(key), "value")
                .clone();
        value[value.length / 2] ^= 1;
        requireNonNull(families.get(family)).put(key, value);
    }

    /// Everything stored, for tests that look at the whole.
    public synchronized Map<Family, NavigableMap<byte[], byte[]>> content() {
        Map<Family, NavigableMap<byte[], byte[]>> copy = new EnumMap<>(Family.class);
        families.forEach((family, entries) -> copy.put(family, new TreeMap<>(entries)));
        return copy;
    }

    private static class MapReads implements View {
        private final Object lock;
        private final Map<Family, NavigableMap<byte[], byte[]>> maps;

        MapReads(Object lock, Map<Family, NavigableMap<byte[], byte[]>> maps) {
            this.lock = lock;
            this.maps = maps;
        }

        @Override
        public byte @Nullable [] read(Family family, byte[] key) {
            synchronized (lock) {
                return map(family).get(key);
            }
        }

        @Override
        public void scan(Family family, byte[] from, byte[] to, Visitor visitor) {
            List<Map.Entry<byte[], byte[]>> range = new ArrayList<>();
            synchronized (lock) {
                if (Arrays.compareUnsigned(from, to) < 0) {
                    map(family).subMap(from, true, to, false).forEach((key, value) -> range.add(Map.entry(key, value)));
                }
            }
            for (Map.Entry<byte[], byte[]> entry : range) {
                if (!visitor.visit(entry.getKey(), entry.getValue())) {
                    return;
                }
            }
        }

        private NavigableMap<byte[], byte[]> map(Family family) {
            return requireNonNull(maps.get(family), "family");
        }

        @Override
        public void close() {}
    }

    private final class MemoryStorage extends MapReads implements Storage {
        MemoryStorage() {
            super(MemoryFolder.this, families);
        }

        @Override
        public View view() {
            return new MapReads(this, content());
        }

        @Override
        public Batch batch() {
            return new MemoryBatch();
        }

        @Override
        public void commit(Batch batch) {
            synchronized (MemoryFolder.this) {
                ((MemoryBatch) batch).changes.forEach(change -> change.accept(families));
            }
        }

        @Override
        public long usableBytes() {
            return Long.MAX_VALUE;
        }

        @Override
        public void close() {
            synchronized (MemoryFolder.this) {
                open = false;
            }
        }
    }

    private static final class MemoryBatch implements Batch {
        private final List<Consumer<Map<Family, NavigableMap<byte[], byte[]>>>> changes = new ArrayList<>();
        private long bytes;

        @Override
        public void put(Family family, byte[] key, byte[] value) {
            bytes += key.length + value.length;
            changes.add(families -> PutOnce.put(family, requireNonNull(families.get(family)), key, value));
        }

        @Override
        public void delete(Family family, byte[] key) {
            bytes += key.length;
            changes.add(families -> requireNonNull(families.get(family)).remove(key));
        }

        @Override
        public void deleteOnce(Family family, byte[] key) {
            delete(family, key);
        }

        @Override
        public int count() {
            return changes.size();
        }

        @Override
        public long bytes() {
            return bytes;
        }

        @Override
        public void clear() {
            changes.clear();
            bytes = 0;
        }

        @Override
        public void close() {}
    }
}
