package io.forebay.main.quickstart;

import io.forebay.main.quickstart.TourTokens.Caller;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.UUID;

/// The gateway is killed while one job runs and another waits; after a restart both end well.
final class CrashStep implements Step {
    @Override
    public String title() {
        return "kill -9 while a job waits: nothing that was accepted is lost";
    }

    @Override
    public void walk(Tour tour)
            throws IOException, InterruptedException, GeneralSecurityException, TourFailedException {
        String authorization = tour.authorization(Caller.AMINA);
        String running;
        String waiting;
        try (TourClient client = tour.client()) {
            running = submit(client, authorization, "the week");
            waiting = submit(client, authorization, "the whole year");
            client.expect(200, new JobView(client, waiting, authorization).status());
        }
        Narrator narrator = tour.narrator();
        narrator.say("");
        narrator.say("$ kill -9 " + tour.gateway().pid());
        tour.gateway().kill();
        long startNs = System.nanoTime();
        tour.restart();
        narrator.say("The gateway is dead; a new one (PID " + tour.gateway().pid() + ") was ready after "
                + (System.nanoTime() - startNs) / 1_000_000 + " ms.");
        try (TourClient client = tour.client()) {
            for (String location : new String[] {running, waiting}) {
                JobView job = new JobView(client, location, authorization);
                job.awaitSucceeded();
                OffloadStep.compareResult(tour, job);
            }
        }
    }

    private static String submit(TourClient client, String authorization, String order)
            throws IOException, InterruptedException, TourFailedException {
        return JobView.of(
                        client,
                        client.expect(202, OffloadStep.submit(authorization, order, "tour-" + UUID.randomUUID())),
                        authorization)
                .location();
    }
}
