package io.forebay.main.operator;

import io.forebay.admin.Reply;
import io.forebay.admin.audit.AuditEntry;
import io.forebay.admin.audit.AuditTrail;
import io.forebay.admin.audit.AuditView;
import io.forebay.offload.JobReader;
import io.forebay.offload.JobStore;
import io.forebay.offload.TopicPage;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Keeps audit entries in the store's internal topic `audit`, and reads them there.
public final class AuditPort implements AuditTrail, AuditView {
    private static final Logger LOG = System.getLogger(AuditPort.class.getName());
    private static final String TOPIC = "audit";

    private final JobStore store;
    private final JobReader reader;

    public AuditPort(JobStore store, JobReader reader) {
        this.store = store;
        this.reader = reader;
    }

    @Override
    public Reply<Long> append(AuditEntry entry) {
        return StoreReplies.<Long, Long>ask(completion -> store.append(TOPIC, entry.json(), completion), Reply::done);
    }

    @Override
    public Reply<Entries> latest(int limit) {
        return StoreReplies.<TopicPage, Entries>ask(
                completion -> reader.latest(TOPIC, limit, completion), page -> Reply.done(page(page.entries(), null)));
    }

    @Override
    public Reply<Entries> from(long from, int limit) {
        return StoreReplies.<TopicPage, Entries>ask(
                completion -> reader.topic(TOPIC, from, limit + 1, completion), page -> Reply.done(upTo(limit, page)));
    }

    private static Entries upTo(int limit, TopicPage found) {
        List<TopicPage.Entry> entries = found.entries();
        return entries.size() <= limit
                ? page(entries, null)
                : page(entries.subList(0, limit), entries.get(limit).offset());
    }

    private static Entries page(List<TopicPage.Entry> entries, @Nullable Long next) {
        return new Entries(entries.stream().flatMap(AuditPort::readable).toList(), next);
    }

    private static Stream<Kept> readable(TopicPage.Entry entry) {
        try {
            return Stream.of(new Kept(entry.offset(), AuditEntry.of(entry.bytes())));
        } catch (IllegalArgumentException e) {
            LOG.log(Level.WARNING, "audit: the entry at " + entry.offset() + " cannot be read by this version", e);
            return Stream.empty();
        }
    }
}
