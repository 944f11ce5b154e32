package io.forebay.main.quickstart;

import static io.forebay.main.quickstart.TourClient.Call.get;

import io.forebay.main.quickstart.TourTokens.Caller;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Duration;

/// A route appears because a file changed; nobody told the gateway.
final class PolicyEditStep implements Step {
    private static final Duration LIVE_LIMIT = Duration.ofSeconds(10);
    private static final Duration POLL = Duration.ofMillis(20);

    @Override
    public String title() {
        return "A policy edited on disk";
    }

    @Override
    public void walk(Tour tour)
            throws IOException, InterruptedException, GeneralSecurityException, TourFailedException {
        String authorization = tour.authorization(Caller.AMINA);
        try (TourClient client = tour.client()) {
            TourClient.Call call = get("/specials").with("Authorization", authorization);
            client.expect(404, call);
            tour.narrator().say("");
            tour.narrator().say("Appending to " + tour.policy().routesFile() + ":");
            tour.policy().addSpecials().lines().forEach(line -> tour.narrator().say("  " + line));
            long startNs = System.nanoTime();
            awaitRoute(client, call);
            tour.narrator().say("Live after " + (System.nanoTime() - startNs) / 1_000_000 + " ms:");
            client.expect(200, call);
        }
    }

    private static void awaitRoute(TourClient client, TourClient.Call call)
            throws IOException, InterruptedException, TourFailedException {
        long endNs = System.nanoTime() + LIVE_LIMIT.toNanos();
        while (client.send(call).statusCode() == 404) {
            if (System.nanoTime() > endNs) {
                throw new TourFailedException("the edited policy was not live after " + LIVE_LIMIT.toSeconds() + " s");
            }
            Thread.sleep(POLL);
        }
    }
}
