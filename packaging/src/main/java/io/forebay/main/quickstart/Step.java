package io.forebay.main.quickstart;

import java.io.IOException;
import java.security.GeneralSecurityException;

/// One chapter of the tour.
interface Step {
    String title();

    /// Walks it; every expectation that does not hold ends the tour.
    void walk(Tour tour) throws IOException, InterruptedException, GeneralSecurityException, TourFailedException;
}
