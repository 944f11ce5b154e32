package io.forebay.offload.intake;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.offload.JobId;
import io.forebay.offload.PayloadPart;
import io.forebay.offload.codec.JobCodec;
import io.forebay.offload.codec.Keys;
import io.forebay.offload.machine.LineKey;
import io.forebay.offload.machine.Ordering;
import io.forebay.offload.machine.PayloadChunks;
import io.forebay.offload.machine.StateClass;
import io.forebay.offload.machine.StoredJob;
import io.forebay.offload.storage.Family;
import io.forebay.offload.storage.MemoryFolder;
import io.forebay.offload.timer.TimerKey;
import io.forebay.offload.timer.TimerKind;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// Checks a whole store against the one rule it rests on: every other key follows from the jobs.
final class StoreShape {
    private StoreShape() {}

    static Map<JobId, StoredJob> check(MemoryFolder folder) {
        Map<Family, NavigableMap<byte[], byte[]>> content = folder.content();
        Map<JobId, StoredJob> jobs = new TreeMap<>();
        requireNonNull(content.get(Family.JOB)).forEach((key, value) -> {
            JobId id = new JobId(
                    ByteBuffer.wrap(key).getLong(), ByteBuffer.wrap(key).getLong(8));
            jobs.put(id, JobCodec.decode(id, value));
        });
        Set<String> ready = new TreeSet<>();
        Set<String> timers = new TreeSet<>();
        Set<String> places = new TreeSet<>();
        Set<String> lists = new TreeSet<>();
        Set<String> blobs = new TreeSet<>();
        for (StoredJob job : jobs.values()) {
            expect(job, ready, timers, places, lists);
            for (PayloadPart part : PayloadPart.values()) {
                if (!job.progress().payloadGone() && job.payload().part(part).isPaired()) {
                    blobs.add(hex(Keys.pair(job.id(), part.head())));
                }
            }
            PayloadChunks.of(job).forEach(chunk -> blobs.add(hex(Keys.blob(job.id(), chunk.part(), chunk.number()))));
        }
        assertThat(keys(content, Family.READY)).as("ready").isEqualTo(ready);
        assertThat(keys(content, Family.TIMER)).as("timer").isEqualTo(timers);
        assertThat(keys(content, Family.INDEX)).as("index").isEqualTo(lists);
        assertThat(keys(content, Family.BLOB)).as("blob").isEqualTo(blobs);
        Set<String> waiting = keys(content, Family.ORDER);
        waiting.removeIf(key -> key.endsWith("0000000000000000"));
        assertThat(waiting).as("order").isEqualTo(places);
        return jobs;
    }

    private static void expect(
            StoredJob job, Set<String> ready, Set<String> timers, Set<String> places, Set<String> lists) {
        if (job.isReady()) {
            ready.add(hex(Keys.ready(job.origin().shard(), job.progress().readySeq())));
        }
        for (TimerKind kind : TimerKind.values()) {
            if (job.alarms().at(kind) != 0) {
                timers.add(hex(Keys.timer(new TimerKey(job.alarms().at(kind), kind, job.id()))));
            }
        }
        if (job.isInLine()) {
            Ordering ordering = requireNonNull(job.origin().ordering());
            places.add(hex(Keys.order(new LineKey(job.origin().queueId(), ordering.hash()), ordering.seq())));
        }
        lists.add(hex(Keys.index(
                job.origin().queueId(), job.stateClass(), job.progress().changedMs(), job.id())));
    }

    static long count(Map<JobId, StoredJob> jobs, StateClass stateClass) {
        return jobs.values().stream()
                .filter(job -> job.stateClass() == stateClass)
                .count();
    }

    private static Set<String> keys(Map<Family, NavigableMap<byte[], byte[]>> content, Family family) {
        Set<String> keys = new TreeSet<>();
        requireNonNull(content.get(family)).keySet().forEach(key -> keys.add(hex(key)));
        return keys;
    }

    private static String hex(byte[] key) {
        return HexFormat.of().formatHex(key);
    }
}
