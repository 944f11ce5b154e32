package io.forebay.gateway.http;

/// What became of a second try that was made beside a slow first one.
public enum HedgeOutcome {
    /// It took the place of the first: it was answered before it, or the first failed.
    WON("won"),
    /// The first was answered before it, or it failed itself.
    LOST("lost");

    private final String word;

    HedgeOutcome(String word) {
        this.word = word;
    }

    /// As logs and meters have it.
    public String word() {
        return word;
    }
}
