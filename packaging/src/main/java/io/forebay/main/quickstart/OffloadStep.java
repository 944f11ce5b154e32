package io.forebay.main.quickstart;

import static io.forebay.main.quickstart.TourClient.Call.post;
import static io.forebay.main.quickstart.TourClient.text;

import io.forebay.main.quickstart.ReportDesk.Asked;
import io.forebay.main.quickstart.TourTokens.Caller;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A slow report: accepted at once and durably, polled, fetched, and submitted again under the same key.
final class OffloadStep implements Step {
    private static final int NOT_MODIFIED_TRIES = 5;

    /// The finished job, for the lines that the command prints at the end.
    private @Nullable JobView finished;

    @Override
    public String title() {
        return "A report that takes 2 seconds: 202 now, the result later";
    }

    @Override
    public void walk(Tour tour)
            throws IOException, InterruptedException, GeneralSecurityException, TourFailedException {
        String authorization = tour.authorization(Caller.AMINA);
        try (TourClient client = tour.client()) {
            TourClient.Call submit = submit(authorization, "all of October", "tour-" + UUID.randomUUID());
            HttpResponse<byte[]> accepted =
                    client.expect(202, submit.remarking("the answer leaves when the job is on disk"));
            JobView job = JobView.of(client, accepted, authorization);
            finished = job;
            notModified(client, job);
            job.awaitSucceeded();
            compareResult(tour, job);
            replay(tour, client, submit, job);
        }
    }

    static TourClient.Call submit(String authorization, String order, String key) {
        return post("/reports", order)
                .with("Authorization", authorization)
                .with("Prefer", "respond-async")
                .with("Idempotency-Key", "\"" + key + "\"");
    }

    private static void notModified(TourClient client, JobView job)
            throws IOException, InterruptedException, TourFailedException {
        for (int i = 0; i < NOT_MODIFIED_TRIES; i++) {
            String tag = client.expect(200, job.status())
                    .headers()
                    .firstValue("etag")
                    .orElseThrow(() -> new TourFailedException("the status has no ETag"));
            TourClient.Call again = job.status().with("If-None-Match", tag).remarking("nothing new");
            long startNs = System.nanoTime();
            HttpResponse<byte[]> answer = client.send(again);
            // The job may have begun to run between the two polls.
            if (answer.statusCode() == 304) {
                client.tellOf(again);
                client.tell(answer, (System.nanoTime() - startNs) / 1_000_000);
                return;
            }
        }
        throw new TourFailedException("a status that had not changed was never answered 304");
    }

    static void compareResult(Tour tour, JobView job) throws IOException, InterruptedException, TourFailedException {
        HttpResponse<byte[]> result = job.result();
        Optional<Asked> asked = tour.desk().asked(job.id());
        ByteBuffer sent = asked.map(Asked::sent).orElse(null);
        if (sent == null || !sent.equals(ByteBuffer.wrap(result.body()))) {
            throw new TourFailedException("the result is not what the upstream sent");
        }
        tour.narrator().say("These are the " + sent.remaining() + " bytes that the upstream sent.");
    }

    private static void replay(Tour tour, TourClient client, TourClient.Call submit, JobView job)
            throws IOException, InterruptedException, TourFailedException {
        HttpResponse<byte[]> again =
                client.expect(202, submit.remarking("the same submit once more, under the same key"));
        String location = again.headers().firstValue("location").orElse("");
        if (!location.equals(job.location())) {
            throw new TourFailedException("the repeated submit made another job: " + location + " " + text(again));
        }
        if (!again.headers().firstValue("idempotent-replayed").orElse("").equals("true")) {
            throw new TourFailedException("the repeated submit does not say Idempotent-Replayed: true");
        }
        int calls = tour.desk().asked(job.id()).map(Asked::calls).orElse(0);
        if (calls != 1) {
            throw new TourFailedException("the upstream was called " + calls + " times for one job");
        }
        tour.narrator().say("The same job; the upstream was called once.");
    }

    /// Null until the step was walked.
    @Nullable
    JobView finished() {
        return finished;
    }
}
