package io.forebay.main.quickstart;

/// A step of the tour did not show what it should; the message says what was seen instead.
final class TourFailedException extends Exception {
    private static final long serialVersionUID = 1L;

    TourFailedException(String message) {
        super(message);
    }

    TourFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
