package io.forebay.main.quickstart;

import static io.forebay.main.quickstart.TourClient.Call.get;

import io.forebay.main.quickstart.TourTokens.Caller;
import java.io.IOException;
import java.security.GeneralSecurityException;

/// A call that is answered now: certificate and token are checked, the limit is charged, the menu answers.
final class RoutedCallStep implements Step {
    @Override
    public String title() {
        return "A routed call, with a client certificate (" + TourPki.CLIENT + ") and a token";
    }

    @Override
    public void walk(Tour tour)
            throws IOException, InterruptedException, GeneralSecurityException, TourFailedException {
        String authorization = tour.authorization(Caller.AMINA);
        try (TourClient client = tour.client()) {
            client.expect(200, get("/menu").with("Authorization", authorization));
        }
        try (TourClient client = tour.client()) {
            client.expect(
                    200,
                    get("/menu").http1().with("Authorization", authorization).remarking("the same over HTTP/1.1"));
        }
    }
}
