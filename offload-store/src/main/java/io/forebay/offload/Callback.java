package io.forebay.offload;

import static java.util.Objects.requireNonNull;

/// Who is to be told how a job ended: in the commit of its end a [Notice] becomes a job of `queue`.
///
/// @param url of at most [#URL_CHARS_MAX] characters; means nothing to the store
public record Callback(String queue, String url) {
    public static final int URL_CHARS_MAX = 2_048;

    public Callback {
        requireNonNull(queue, "queue");
        requireNonNull(url, "url");
        if (url.length() > URL_CHARS_MAX) {
            throw new IllegalArgumentException("url must be at most " + URL_CHARS_MAX + " characters");
        }
    }
}
