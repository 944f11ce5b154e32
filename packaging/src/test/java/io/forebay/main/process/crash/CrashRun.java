package io.forebay.main.process.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.forebay.main.process.GatewayUnderTest;
import io.forebay.main.process.JobClient;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.core.ConditionTimeoutException;

/// A gateway that is killed in the midst of everything, round after round, and then left to finish what it has.
final class CrashRun {
    private static final int KEY_CLIENTS = 3;
    private static final int PLAIN_CLIENTS = 2;
    private static final int PULLED_CLIENTS = 2;
    private static final int LINES = 12;
    private static final int CALLERS = 3;
    private static final int WORKERS = 3;

    /// How many 202s a gateway lives for, at most.
    private static final int ANSWERS_MAX = 100;
    private static final long ANSWERS_MS_MAX = 60_000;
    private static final int LIFE_MS_SPAN = 50;
    /// Some die before they have answered anybody.
    private static final int STILLBORN_EVERY = 7;

    private static final long NS_PER_MS = 1_000_000;
    private static final Duration DRAIN_LIMIT = Duration.ofMinutes(2);

    private final GatewayUnderTest gateway;
    private final int port;
    private final int adminPort;
    private final String token;
    private final History history;
    private final Random random;
    private final AcceptedJobs accepted = new AcceptedJobs();
    private final Wants wants = new Wants();
    private final List<Worker> workers = new ArrayList<>();
    private final List<Actor> actors = new ArrayList<>();
    private Instant firstRun = Instant.EPOCH;

    CrashRun(GatewayUnderTest gateway, int port, int adminPort, String token, History history, Random random) {
        this.gateway = gateway;
        this.port = port;
        this.adminPort = adminPort;
        this.token = token;
        this.history = history;
        this.random = random;
        for (int i = 0; i < KEY_CLIENTS; i++) {
            actors.add(new KeyClient(wants, own()));
        }
        for (int i = 0; i < LINES; i++) {
            actors.add(new LineClient("customer-" + i, wants, own()));
        }
        many(PLAIN_CLIENTS, Kind.PLAIN);
        many(PULLED_CLIENTS, Kind.PULLED);
        many(CALLERS, Kind.ONCE);
        many(CALLERS, Kind.AGAIN);
        for (int i = 0; i < WORKERS; i++) {
            workers.add(new Worker(own()));
        }
        actors.addAll(workers);
        actors.add(new Watcher(own()));
    }

    private Random own() {
        return new Random(random.nextLong());
    }

    private void many(int clients, Kind kind) {
        for (int i = 0; i < clients; i++) {
            actors.add(new OneTimeClient(kind, wants));
        }
    }

    private Session session() {
        return new Session(new JobClient(port, token), history, accepted);
    }

    private Operator operator() throws IOException {
        return new Operator(adminPort, gateway.data());
    }

    /// The schedules begin.
    void begin() throws IOException {
        history.add(new Event.Ready());
        try (Operator operator = operator()) {
            firstRun = inForce(operator, Instant.EPOCH);
        }
    }

    /// Waits for a time at which every run is a job that was due by then, and one was due that comes after `since`.
    private Instant inForce(Operator operator, Instant since) {
        List<Event.InForce> schedules = await().atMost(DRAIN_LIMIT)
                .until(
                        operator::schedules,
                        all -> all.size() == CrashPolicy.SCHEDULES.size()
                                && all.stream()
                                        .allMatch(one -> one.next().isAfter(since)
                                                && one.next().isAfter(Instant.now())));
        schedules.forEach(history::add);
        return schedules.getFirst().next();
    }

    /// All are at work when the gateway is killed; it starts again over the same data.
    void round(int number) throws IOException, InterruptedException {
        accepted.begin();
        try (Session session = session()) {
            Crowd crowd = Crowd.start(actors, session, random);
            if (number % STILLBORN_EVERY == STILLBORN_EVERY - 1) {
                LockSupport.parkNanos(random.nextInt(LIFE_MS_SPAN) * NS_PER_MS);
            } else {
                int answers = 1 + random.nextInt(ANSWERS_MAX);
                assertThat(accepted.await(answers, ANSWERS_MS_MAX))
                        .as("%d 202s in round %d", answers, number)
                        .isTrue();
                LockSupport.parkNanos(random.nextInt(LIFE_MS_SPAN) * NS_PER_MS);
            }
            history.add(new Event.Killing());
            gateway.kill();
            crowd.finish();
        }
        gateway.restart();
        history.add(new Event.Ready());
    }

    /// Keys are sent once more, jobs are worked off, and workers say what is too late. Then the gateway is asked for
    /// everything it has.
    Evidence end() throws IOException, InterruptedException {
        try (Session session = session();
                Operator operator = operator()) {
            List<Actor> good = List.of(new GoodWorker(), new GoodWorker(), new Watcher(own()));
            Crowd crowd = Crowd.start(good, session, random);
            for (Request request : wants.all(Kind.KEYED)) {
                session.send(request);
            }
            inForce(operator, firstRun);
            awaitDrained(operator);
            crowd.finish();
            for (AcceptedJobs.Job job : accepted.all()) {
                session.look(job);
            }
            for (Worker worker : workers) {
                worker.reportAllLate(session);
            }
            return new Evidence(history.entries(), FinalAnswers.read(session, operator));
        }
    }

    /// Jobs that do not end are for the checker to find.
    private static void awaitDrained(Operator operator) {
        try {
            await().atMost(DRAIN_LIMIT).until(() -> isDrained(operator));
        } catch (ConditionTimeoutException e) {
            System.out.println("there are jobs that do not end: " + e.getMessage());
        }
    }

    private static boolean isDrained(Operator operator) throws IOException, InterruptedException {
        int unfinished = operator.unfinished(CrashPolicy.RUNS_QUEUE);
        for (Kind kind : Kind.values()) {
            unfinished += operator.unfinished(kind.queue());
        }
        return unfinished == 0;
    }
}
