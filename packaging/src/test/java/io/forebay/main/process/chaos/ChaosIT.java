package io.forebay.main.process.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.main.process.GatewayUnderTest;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Upstreams die, are slow, fall silent, tear their answers and half-close; certificates are rotated, the policy is
/// edited, and new processes take over from the gateway, all at random, while clients call. No answer is wrong, each
/// failure has a response flag in the access log, and each job ends well, but those over which two connections died.
///
/// `-Dforebay.chaos.seconds=1800` is the long run of `./forebay prove chaos`, `-Dforebay.chaos.seed=N` another one.
@Timeout(value = 2, unit = TimeUnit.HOURS)
class ChaosIT {
    private static final int SECONDS = Integer.getInteger("forebay.chaos.seconds", 60);
    private static final long SEED = Long.getLong("forebay.chaos.seed", 20_261_127L);
    private static final int UPSTREAMS = 4;
    private static final long EVENT_MS = 400;
    private static final long TAKE_OVER_NS = TimeUnit.SECONDS.toNanos(15);
    private static final Pattern RECORD =
            Pattern.compile("\"path\":\"/(?:calls|jobs)/([a-z0-9]+)\".*?\"flag\":\"([a-z-]+)\"");

    @TempDir
    private Path folder;

    private final Random random = new Random(SEED);
    private final Map<String, Integer> events = new TreeMap<>();

    @Test
    void noAnswerIsWrongAndEachFailureIsExplained() throws Exception {
        int plainPort = GatewayUnderTest.freePort();
        int tlsPort = GatewayUnderTest.freePort();
        ChaosPolicy policy = new ChaosPolicy(folder);
        List<ChaosUpstream> upstreams = new ArrayList<>();
        for (int i = 0; i < UPSTREAMS; i++) {
            upstreams.add(new ChaosUpstream());
        }
        policy.write(plainPort, tlsPort, upstreams);
        ChaosClients clients = new ChaosClients(plainPort, tlsPort, trusting(policy.authority()));
        try (GatewayUnderTest gateway = GatewayUnderTest.start(folder, "--set", "drain.seconds=10")) {
            clients.start();
            harm(gateway, policy, upstreams, () -> policy.write(plainPort, tlsPort, upstreams));
            clients.stop();
            for (ChaosUpstream upstream : upstreams) {
                upstream.become(ChaosUpstream.Mode.WELL);
            }
            clients.awaitJobs();
            report(clients, flags(gateway.log()));
        } finally {
            for (ChaosUpstream upstream : upstreams) {
                upstream.close();
            }
        }
    }

    private void report(ChaosClients clients, Map<String, String> flags) {
        Map<String, Long> byFlag = clients.failures().keySet().stream()
                .collect(Collectors.groupingBy(
                        path -> flags.getOrDefault(path, "unexplained"), TreeMap::new, Collectors.counting()));
        System.out.printf(
                "ChaosIT: seed %d, %d s, %d requests, %d failed %s, %d jobs, %d of them quarantined, %d wrong, events %s%n",
                SEED,
                SECONDS,
                clients.requests(),
                clients.failures().size(),
                byFlag,
                clients.jobs(),
                clients.quarantined(),
                clients.wrong().size(),
                events);
        assertThat(clients.wrong()).isEmpty();
        assertThat(clients.failures())
                .allSatisfy((path, what) -> assertThat(flags).as(what).containsKey(path));
        assertThat(clients.failures().size()).isLessThan(clients.requests() / 4);
        assertThat(clients.quarantined()).isLessThan(1 + clients.jobs() / 100);
        assertThat(clients.jobs()).isGreaterThan(SECONDS);
    }

    @FunctionalInterface
    private interface Edit {
        void make() throws IOException;
    }

    private void harm(GatewayUnderTest gateway, ChaosPolicy policy, List<ChaosUpstream> upstreams, Edit edit)
            throws IOException, InterruptedException, GeneralSecurityException {
        long startNs = System.nanoTime();
        long takenOverNs = startNs;
        while (System.nanoTime() - startNs < TimeUnit.SECONDS.toNanos(SECONDS)) {
            Thread.sleep(EVENT_MS);
            if (System.nanoTime() - takenOverNs > TAKE_OVER_NS) {
                assertThat(gateway.takeOver()).isZero();
                takenOverNs = System.nanoTime();
                count("take-over");
                continue;
            }
            switch (random.nextInt(10)) {
                case 0 -> {
                    policy.rotate();
                    count("rotation");
                }
                case 1, 2 -> {
                    edit.make();
                    count("edit");
                }
                default -> change(upstreams);
            }
        }
    }

    /// One at a time comes to harm, and is well again before the next, so that something gets through.
    private void change(List<ChaosUpstream> upstreams) throws IOException {
        ChaosUpstream.Mode[] harms = ChaosUpstream.Mode.values();
        ChaosUpstream.Mode next = ChaosUpstream.Mode.WELL;
        ChaosUpstream changed = upstreams.stream()
                .filter(upstream -> upstream.mode() != ChaosUpstream.Mode.WELL)
                .findFirst()
                .orElse(null);
        if (changed == null) {
            changed = upstreams.get(random.nextInt(UPSTREAMS));
            next = harms[1 + random.nextInt(harms.length - 1)];
        }
        changed.become(next);
        count(next.name());
    }

    private void count(String event) {
        events.merge(event, 1, Integer::sum);
    }

    /// The flag of each call that has one.
    private static Map<String, String> flags(String log) {
        Map<String, String> flags = new TreeMap<>();
        for (String line : log.lines().toList()) {
            Matcher record = RECORD.matcher(line);
            if (record.find()) {
                flags.put(record.group(1), record.group(2));
            }
        }
        return flags;
    }

    private static SSLContext trusting(X509Certificate authority) throws GeneralSecurityException, IOException {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("authority", authority);
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }
}
