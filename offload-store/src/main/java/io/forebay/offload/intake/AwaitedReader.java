package io.forebay.offload.intake;

import io.forebay.offload.Completion;
import io.forebay.offload.EventPage;
import io.forebay.offload.Job;
import io.forebay.offload.JobCount;
import io.forebay.offload.JobId;
import io.forebay.offload.JobPage;
import io.forebay.offload.JobReader;
import io.forebay.offload.JobState;
import io.forebay.offload.PayloadPart;
import io.forebay.offload.QueueOperation;
import io.forebay.offload.QueueStats;
import io.forebay.offload.RequestBytes;
import io.forebay.offload.StoreHealth;
import io.forebay.offload.StoredPart;
import io.forebay.offload.TopicPage;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What can be read of a store that is not open yet: nothing, until it is. Any thread.
final class AwaitedReader implements JobReader {
    private static final StoreHealth WAITING =
            new StoreHealth(StoreHealth.Condition.WAITING, 0, 0, AwaitedStore.NOT_OPEN.reason());

    private final Awaited<JobReader> reader = new Awaited<>();

    void opened(JobReader opened) {
        reader.opened(opened);
    }

    @Override
    public void job(JobId id, Completion<Job> completion) {
        reader.ask(completion, to -> to.job(id, completion));
    }

    @Override
    public void requests(List<JobId> ids, Completion<List<@Nullable RequestBytes>> completion) {
        reader.ask(completion, to -> to.requests(ids, completion));
    }

    @Override
    public void payload(JobId id, PayloadPart part, Completion<byte[]> completion) {
        reader.ask(completion, to -> to.payload(id, part, completion));
    }

    @Override
    public void part(JobId id, PayloadPart part, Completion<StoredPart> completion) {
        reader.ask(completion, to -> to.part(id, part, completion));
    }

    @Override
    public void events(JobId id, int from, int limit, Completion<EventPage> completion) {
        reader.ask(completion, to -> to.events(id, from, limit, completion));
    }

    @Override
    public void list(String queue, JobState state, @Nullable String cursor, int limit, Completion<JobPage> completion) {
        reader.ask(completion, to -> to.list(queue, state, cursor, limit, completion));
    }

    @Override
    public void count(String queue, QueueOperation operation, Completion<JobCount> completion) {
        reader.ask(completion, to -> to.count(queue, operation, completion));
    }

    @Override
    public void position(JobId id, Completion<Integer> completion) {
        reader.ask(completion, to -> to.position(id, completion));
    }

    @Override
    public void topic(String topic, long offset, int limit, Completion<TopicPage> completion) {
        reader.ask(completion, to -> to.topic(topic, offset, limit, completion));
    }

    @Override
    public void latest(String topic, int limit, Completion<TopicPage> completion) {
        reader.ask(completion, to -> to.latest(topic, limit, completion));
    }

    @Override
    public Map<String, QueueStats> queues() {
        JobReader opened = reader.orNull();
        return opened == null ? Map.of() : opened.queues();
    }

    @Override
    public StoreHealth health() {
        JobReader opened = reader.orNull();
        return opened == null ? WAITING : opened.health();
    }
}
