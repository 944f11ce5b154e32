package io.forebay.gateway.discovery;

import io.forebay.gateway.http.LoopContext;
import io.forebay.mesh.BackendSnapshot;
import io.forebay.mesh.discovery.NameAnswer;
import io.forebay.mesh.discovery.NameQuery;
import io.forebay.mesh.discovery.NameStatus;
import io.forebay.mesh.discovery.NameTable;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The thread `endpoint-discovery`: it alone says which endpoints the backends have, by the policy and by what names
/// lead to. A policy with names that nobody has asked for yet goes live once each has had an answer, good or bad, at
/// the latest after [#FIRST_ANSWERS_NS]; a backend without endpoints refuses its calls until then, and nothing
/// waits on a loop.
public final class EndpointDiscovery implements AutoCloseable {
    static final long FIRST_ANSWERS_NS = TimeUnit.SECONDS.toNanos(2);

    /// Passes only where the thread has ended meanwhile.
    private static final long PUBLISHED_NS = TimeUnit.SECONDS.toNanos(30);
    private static final long END_NS = TimeUnit.SECONDS.toNanos(5);
    private static final Logger LOG = System.getLogger(EndpointDiscovery.class.getName());

    /// Where the endpoints go.
    public interface Publisher {
        /// Called on the thread of the discovery.
        void publish(BackendSnapshot snapshot, long nowNs);
    }

    private final Publisher publisher;
    private final Supplier<NameResolver> resolvers;
    private final ScheduledThreadPoolExecutor thread;
    private final DiscoveryCounts counts = new DiscoveryCounts();
    private final NameTable names = new NameTable();
    private @Nullable NameResolver resolver;
    private @Nullable CompletableFuture<Void> unpublished;
    private @Nullable ScheduledFuture<?> next;
    private volatile List<NameStatus> statuses = List.of();

    /// @param resolvers asked once, when there is a name to be looked up
    private EndpointDiscovery(Publisher publisher, Supplier<NameResolver> resolvers) {
        this.publisher = publisher;
        this.resolvers = resolvers;
        this.thread = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().name("endpoint-discovery").daemon().factory());
        thread.setRemoveOnCancelPolicy(true);
    }

    /// A discovery that knows of no backend yet.
    ///
    /// @param loop carries the questions
    /// @param sockets a builder for that loop that knows how sockets are made
    public static EndpointDiscovery on(
            LoopContext loop, Supplier<DnsNameResolverBuilder> sockets, DnsSettings settings, Publisher publisher) {
        return new EndpointDiscovery(
                publisher, () -> new NameResolver(loop, sockets.get(), settings, SearchList.ofSystem()));
    }

    /// Finds the endpoints of these backends from now on, and publishes them; returns when that is done for the first
    /// time. Called by one thread at a time, never by a loop.
    public void follow(BackendSnapshot declared) {
        CompletableFuture<Void> published = new CompletableFuture<>();
        thread.execute(() -> {
            try {
                begin(declared, published);
            } catch (RuntimeException | Error e) {
                published.completeExceptionally(e);
                throw e;
            }
        });
        try {
            published.orTimeout(PUBLISHED_NS, TimeUnit.NANOSECONDS).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException failure ? failure : e;
        }
    }

    private void begin(BackendSnapshot declared, CompletableFuture<Void> published) {
        names.follow(declared, System.nanoTime());
        unpublished = published;
        if (names.isSettled()) {
            publish();
        } else {
            thread.schedule(() -> publishUnsettled(published), FIRST_ANSWERS_NS, TimeUnit.NANOSECONDS);
        }
        lookUp();
    }

    @SuppressWarnings("ReferenceEquality") // the very policy
    private void publishUnsettled(CompletableFuture<Void> waiting) {
        if (unpublished == waiting) {
            publish();
        }
    }

    private void publish() {
        CompletableFuture<Void> waiting = unpublished;
        unpublished = null;
        try {
            publisher.publish(names.found(), System.nanoTime());
            statuses = names.statuses();
            if (waiting != null) {
                waiting.complete(null);
            }
        } catch (RuntimeException e) {
            if (waiting == null) {
                LOG.log(Level.ERROR, "endpoints that were found cannot be used", e);
            } else {
                waiting.completeExceptionally(e);
            }
        }
    }

    /// Begins the lookups that are due, and comes back when others are.
    private void lookUp() {
        long nowNs = System.nanoTime();
        for (NameQuery query : names.begin(nowNs)) {
            resolver().resolve(query, answer -> onThread(() -> answered(query, answer)));
        }
        if (next != null) {
            next.cancel(false);
        }
        long dueInNs = names.dueInNs(nowNs);
        next = dueInNs == Long.MAX_VALUE
                ? null
                : thread.schedule(this::lookUp, Math.max(dueInNs, 1), TimeUnit.NANOSECONDS);
    }

    private NameResolver resolver() {
        NameResolver made = resolver;
        if (made == null) {
            made = resolvers.get();
            resolver = made;
        }
        return made;
    }

    private void onThread(Runnable work) {
        try {
            thread.execute(work);
        } catch (RejectedExecutionException closed) {
            // An answer that came late: nobody uses it.
        }
    }

    private void answered(NameQuery query, NameAnswer answer) {
        counts.count(answer);
        NameStatus before = names.status(query);
        boolean isChange = names.answered(query, answer, System.nanoTime());
        NameStatus after = names.status(query);
        if (before != null && after != null) {
            log(before, after, isChange);
        }
        statuses = names.statuses();
        if (unpublished != null) {
            if (names.isSettled()) {
                publish();
            }
        } else if (isChange) {
            publish();
        }
        lookUp();
    }

    private static void log(NameStatus before, NameStatus after, boolean isChange) {
        if (after.fault() != null && !after.fault().equals(before.fault())) {
            LOG.log(
                    Level.WARNING,
                    "name {0}: {1}; the {2} addresses it had are kept",
                    after.hostname(),
                    after.fault(),
                    after.addresses());
        } else if (isChange) {
            LOG.log(Level.INFO, "name {0} has {1} addresses now", after.hostname(), after.addresses());
        } else if (after.fault() == null && before.fault() != null) {
            LOG.log(Level.INFO, "name {0} can be looked up again", after.hostname());
        }
    }

    /// What is known of all names; any thread.
    public List<NameStatus> statuses() {
        return statuses;
    }

    public DiscoveryCounts counts() {
        return counts;
    }

    /// Asks for nothing more; what was found stays. Whoever waits in [#follow] is let go. Any thread, more than once.
    @Override
    public void close() {
        onThread(this::end);
        try {
            if (!thread.awaitTermination(END_NS, TimeUnit.NANOSECONDS)) {
                LOG.log(Level.WARNING, "the thread endpoint-discovery does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void end() {
        if (unpublished != null) {
            publish();
        }
        if (resolver != null) {
            resolver.close();
        }
        thread.shutdownNow();
    }
}
