package io.forebay.main.quickstart;

import static io.forebay.main.quickstart.TourClient.text;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A job as its submitter sees it: by its URL.
///
/// @param location its path, `/_jobs/{id}`
/// @param authorization the submitter's
record JobView(TourClient client, String location, String authorization) {
    private static final Pattern STATE = Pattern.compile("\"state\"\\s*:\\s*\"([a-z]+)\"");
    private static final Set<String> FINAL = Set.of("succeeded", "failed", "canceled", "expired");
    private static final Duration FINISH_LIMIT = Duration.ofSeconds(60);

    /// The job that a 202 speaks of.
    static JobView of(TourClient client, HttpResponse<byte[]> accepted, String authorization)
            throws TourFailedException {
        String location = accepted.headers()
                .firstValue("location")
                .orElseThrow(() -> new TourFailedException("the 202 has no Location"));
        return new JobView(client, location, authorization);
    }

    String id() {
        return location.substring(location.lastIndexOf('/') + 1);
    }

    String resultPath() {
        return location + "/result";
    }

    TourClient.Call status() {
        return TourClient.Call.get(location).with("Authorization", authorization);
    }

    /// Polls, each poll waiting for a change, until the job has ended.
    ///
    /// @throws TourFailedException if it did not succeed
    HttpResponse<byte[]> awaitSucceeded() throws IOException, InterruptedException, TourFailedException {
        long endNs = System.nanoTime() + FINISH_LIMIT.toNanos();
        while (System.nanoTime() < endNs) {
            HttpResponse<byte[]> answer = client.expect(
                    200, status().with("Prefer", "wait=10").remarking("answers when something changes, or after 10 s"));
            String state = state(answer);
            if (FINAL.contains(state)) {
                if (!state.equals("succeeded")) {
                    throw new TourFailedException("the job ended as " + state);
                }
                return answer;
            }
        }
        throw new TourFailedException("the job had not ended after " + FINISH_LIMIT.toSeconds() + " s");
    }

    HttpResponse<byte[]> result() throws IOException, InterruptedException, TourFailedException {
        return client.expect(200, TourClient.Call.get(resultPath()).with("Authorization", authorization));
    }

    static String state(HttpResponse<byte[]> status) throws TourFailedException {
        Matcher matcher = STATE.matcher(text(status));
        if (!matcher.find()) {
            throw new TourFailedException("the status document has no state: " + text(status));
        }
        return matcher.group(1);
    }
}
