package io.forebay.admin.server;

import io.forebay.admin.BackupAdmin;
import io.forebay.admin.GatewayView;
import io.forebay.admin.JobAdmin;
import io.forebay.admin.PolicyView;
import io.forebay.admin.QueueAdmin;
import io.forebay.admin.Reply;
import io.forebay.admin.audit.AuditEntry;
import io.forebay.admin.audit.AuditTrail;
import io.forebay.admin.audit.AuditView;
import io.forebay.admin.resource.AdminApi;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// A whole small product in memory: queues that pause, jobs that are canceled and redriven, an audit that keeps.
final class InMemoryPorts {
    static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
    private static final QueueAdmin.Totals TOTALS = new QueueAdmin.Totals(10, 9, 1, 7, 1, 0, 0);

    final Gateway gateway = new Gateway();
    final Policies policies = new Policies();
    final Queues queues = new Queues();
    final Jobs jobs = new Jobs();
    final Backups backups = new Backups();
    final Trail trail = new Trail();
    volatile Reply<String> metrics = Reply.done("# TYPE forebay_requests_total counter\nforebay_requests_total 3\n");

    AdminApi.Ports ports() {
        return new AdminApi.Ports(gateway, policies, queues, jobs, backups, () -> metrics, trail, trail);
    }

    static final class Gateway implements GatewayView {
        volatile List<Part> parts = List.of(new Part("policy", true, ""), new Part("store", true, ""));

        volatile @Nullable RuntimeException fault;

        final AtomicInteger waiting = new AtomicInteger();
        volatile @Nullable CountDownLatch hold;

        @Override
        public Reply<Status> status() {
            RuntimeException broken = fault;
            if (broken != null) {
                throw broken;
            }
            CountDownLatch held = hold;
            if (held != null) {
                waiting.incrementAndGet();
                awaitQuietly(held);
            }
            return Reply.done(new Status(
                    "0.1.0",
                    "io_uring",
                    7,
                    NOW,
                    List.of(new Listener("https", "HTTPS", "0.0.0.0", 8443)),
                    List.of(
                            new Backend("shop/menu", true, List.of(new Endpoint("10.0.0.1:80", "unhealthy"))),
                            new Backend("shop/cart", false, List.of())),
                    List.of(new Name("menu.test", 2, 3, "ServFail")),
                    new Overload(List.of("disable-keepalive"), 0.91, 0.02, 0.5)));
        }

        private static void awaitQuietly(CountDownLatch hold) {
            try {
                hold.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public Reply<List<Part>> readiness() {
            return Reply.done(parts);
        }

        @Override
        public Reply<List<Schedule>> schedules() {
            return Reply.done(List.of(
                    new Schedule("default/off", "@daily", "UTC", "default/reports", true, 0, null, null),
                    new Schedule(
                            "default/nightly", "0 3 * * *", "Europe/Berlin", "default/reports", false, 1, NOW, "0a")));
        }

        @Override
        public Reply<List<String>> features() {
            return Reply.done(List.of("HTTPRouteQueryParamMatching", "HTTPRouteMethodMatching"));
        }
    }

    /// Each is under way until it is said to be done.
    static final class Backups implements BackupAdmin {
        private volatile @Nullable Backup last;

        @Override
        public Reply<BackupAdmin.Backups> backups() {
            return Reply.done(new BackupAdmin.Backups("/backups", last));
        }

        @Override
        public Reply<Backup> begin(String name) {
            Backup before = last;
            if (before != null && before.state() == BackupState.RUNNING) {
                return new Reply.Conflict<>("backup-under-way", before.name() + " is under way");
            }
            Backup begun = new Backup(name, BackupState.RUNNING, NOW, 1, 2, null, null);
            last = begun;
            return Reply.done(begun);
        }

        void done() {
            Backup under = last;
            if (under != null) {
                last = new Backup(under.name(), BackupState.DONE, NOW, 2, 2, NOW, null);
            }
        }
    }

    static final class Policies implements PolicyView {
        final List<PolicyObject> objects = new ArrayList<>();
        volatile List<String> faults = List.of();

        Policies() {
            objects.add(accepted("HTTPRoute", "default", "shop"));
            objects.add(accepted("Queue", "default", "reports"));
            objects.add(accepted("Backend", "default", "menu"));
        }

        static PolicyObject accepted(String kind, String namespace, String name) {
            return new PolicyObject(
                    kind,
                    namespace,
                    name,
                    "policy/shop.yaml:3",
                    "enforce",
                    7,
                    List.of(
                            new Condition("Accepted", true, "Accepted", ""),
                            new Condition("ResolvedRefs", false, "X", "y")));
        }

        @Override
        public Reply<Publication> publication() {
            return Reply.done(new Publication(7, NOW, faults));
        }

        @Override
        public Reply<List<PolicyObject>> objects() {
            return Reply.done(List.copyOf(objects));
        }

        @Override
        public Reply<PolicyObject> object(String kind, String namespace, String name) {
            return objects.stream()
                    .filter(object -> object.kind().equals(kind)
                            && object.namespace().equals(namespace)
                            && object.name().equals(name))
                    .findAny()
                    .map(Reply::done)
                    .orElseGet(Reply::missing);
        }
    }

    static final class Queues implements QueueAdmin {
        final Map<String, Queue> byName = new TreeMap<>();

        Queues() {
            put("reports", null, null);
            put("mails", null, null);
        }

        final List<String> asked = new ArrayList<>();

        @Nullable
        Progress underWay;

        void put(String name, @Nullable Pause dispatch, @Nullable Pause intake) {
            Queue queue = new Queue(
                    name,
                    dispatch,
                    intake,
                    false,
                    8,
                    1_000_000,
                    2,
                    3,
                    1,
                    4,
                    2_048,
                    NOW.minusSeconds(90),
                    Duration.ofSeconds(name.equals("reports") ? 60 : 100),
                    null,
                    underWay,
                    TOTALS);
            byName.put(name, queue);
        }

        @Override
        public synchronized Reply<List<Queue>> queues() {
            return Reply.done(List.copyOf(byName.values()));
        }

        @Override
        public synchronized Reply<Queue> queue(String name) {
            Queue queue = byName.get(name);
            return queue == null ? Reply.missing() : Reply.done(queue);
        }

        @Override
        public synchronized Reply<Queue> pause(String name, Side side, String reason, @Nullable Instant until) {
            return set(name, side, new Pause(reason, NOW, until));
        }

        @Override
        public synchronized Reply<Queue> resume(String name, Side side) {
            return set(name, side, null);
        }

        private Reply<Queue> set(String name, Side side, @Nullable Pause pause) {
            Queue before = byName.get(name);
            if (before == null) {
                return Reply.missing();
            }
            boolean isDispatch = side == Side.DISPATCH;
            put(name, isDispatch ? pause : before.dispatchPause(), isDispatch ? before.intakePause() : pause);
            return queue(name);
        }

        @Override
        public synchronized Reply<Long> operate(String name, Operation operation) {
            if (!byName.containsKey(name)) {
                return Reply.missing();
            }
            if (underWay != null) {
                return new Reply.Conflict<>("operation-under-way", "another operation is under way");
            }
            asked.add(name + " " + operation);
            underWay = new Progress(operation.action(), NOW, operation.perSecond(), 3, 2);
            put(name, null, null);
            return Reply.done(4L);
        }

        @Override
        public synchronized Reply<Count> count(String name, Operation operation) {
            asked.add(name + " " + operation);
            return byName.containsKey(name) ? Reply.done(new Count(2, 4, true)) : Reply.missing();
        }

        @Override
        public synchronized Reply<Long> stopOperation(String name) {
            long done = underWay == null ? 0 : underWay.done();
            underWay = null;
            return byName.containsKey(name) ? Reply.done(done) : Reply.missing();
        }
    }

    static final class Jobs implements JobAdmin {
        final Map<String, Job> byId = new TreeMap<>();

        Jobs() {
            put("a1", State.QUEUED);
            put("a2", State.QUEUED);
            put("a3", State.QUEUED);
            put("d1", State.FAILED);
            put("f1", State.SUCCEEDED);
        }

        void put(String id, State state) {
            Times times = new Times(NOW, NOW, null, null, null, null, null);
            byId.put(
                    id,
                    new Job(
                            id,
                            1,
                            "reports",
                            state,
                            "",
                            1,
                            0,
                            4,
                            "default/shop/reports",
                            "acme",
                            "idp|ann",
                            0,
                            "00",
                            times,
                            null,
                            null));
        }

        @Override
        public synchronized Reply<Page> list(Query query) {
            if (!query.queue().equals("reports")) {
                return Reply.missing();
            }
            if (query.after() != null && !byId.containsKey(query.after())) {
                return new Reply.Invalid<>("bad-cursor", "after is not a cursor of this list");
            }
            List<Job> rest = byId.values().stream()
                    .filter(job -> job.state() == query.state())
                    .filter(job -> query.after() == null || job.id().compareTo(query.after()) > 0)
                    .toList();
            List<Job> page = rest.stream().limit(query.limit()).toList();
            return Reply.done(
                    new Page(page, page.size() < rest.size() ? page.getLast().id() : null));
        }

        @Override
        public synchronized Reply<Job> job(String id) {
            Job job = byId.get(id);
            return job == null ? Reply.missing() : Reply.done(job);
        }

        @Override
        public synchronized Reply<Job> cancel(String id) {
            Job job = byId.get(id);
            if (job == null) {
                return Reply.missing();
            }
            if (job.state() == State.SUCCEEDED) {
                return new Reply.Conflict<>("already-terminal", "the job has succeeded");
            }
            put(id, State.CANCELED);
            return job(id);
        }

        @Override
        public synchronized Reply<Job> redrive(String id) {
            Job job = byId.get(id);
            if (job == null) {
                return Reply.missing();
            }
            if (job.state() != State.FAILED) {
                return new Reply.Conflict<>("not-redrivable", "only a failed job can be redriven");
            }
            put(id + "-again", State.QUEUED);
            return job(id + "-again");
        }
    }

    static final class Trail implements AuditTrail, AuditView {
        private final List<AuditEntry> entries = new ArrayList<>();

        volatile @Nullable Reply<Long> refusal;

        @Override
        public synchronized Reply<Long> append(AuditEntry entry) {
            Reply<Long> refused = refusal;
            if (refused != null) {
                return refused;
            }
            entries.add(entry);
            return Reply.done((long) entries.size());
        }

        synchronized List<AuditEntry> entries() {
            return List.copyOf(entries);
        }

        @Override
        public synchronized Reply<Entries> latest(int limit) {
            return from(Math.max(0, entries.size() - limit), limit);
        }

        @Override
        public synchronized Reply<Entries> from(long from, int limit) {
            List<Kept> page = new ArrayList<>();
            for (long at = from; at < entries.size() && page.size() < limit; at++) {
                page.add(new Kept(at, entries.get((int) at)));
            }
            long next = from + page.size();
            return Reply.done(new Entries(page, next < entries.size() ? next : null));
        }
    }
}
