package io.forebay.main.quickstart;

import static io.forebay.main.quickstart.TourClient.Call.get;

import io.forebay.main.quickstart.TourTokens.Caller;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.security.GeneralSecurityException;
import java.util.Map;

/// Who is turned away, and how each is told why.
final class RefusalStep implements Step {
    /// More than the policy lets through at once.
    private static final int CALLS_MAX = 20;

    @Override
    public String title() {
        return "Refusals: no certificate, no token, not allowed, over the limit";
    }

    @Override
    public void walk(Tour tour)
            throws IOException, InterruptedException, GeneralSecurityException, TourFailedException {
        try (TourClient stranger = tour.clientWithoutCertificate()) {
            stranger.expectNoAnswer(get("/menu")
                    .with("Authorization", tour.authorization(Caller.AMINA))
                    .remarking("a good token, but no client certificate: the handshake fails"));
        }
        try (TourClient client = tour.client()) {
            client.expect(401, get("/menu").remarking("no token"));
            client.expect(
                    403,
                    get("/menu")
                            .with("Authorization", tour.authorization(Caller.VISITOR))
                            .remarking("a token without the scope"));
            overTheLimit(client, tour);
        }
    }

    private static void overTheLimit(TourClient client, Tour tour)
            throws IOException, InterruptedException, TourFailedException {
        TourClient.Call call = get("/menu").with("Authorization", tour.authorization(Caller.HASTY));
        for (int calls = 1; calls <= CALLS_MAX; calls++) {
            long startNs = System.nanoTime();
            HttpResponse<byte[]> answer = client.send(call);
            if (answer.statusCode() == 429) {
                tour.narrator().request("GET", "/menu", Map.of(), "call " + calls + " of one user in a row");
                client.tell(answer, (System.nanoTime() - startNs) / 1_000_000);
                return;
            }
            if (answer.statusCode() != 200) {
                throw new TourFailedException(
                        "call " + calls + " within the limit was answered " + answer.statusCode());
            }
        }
        throw new TourFailedException(CALLS_MAX + " calls in a row, and the limit was not reached");
    }
}
