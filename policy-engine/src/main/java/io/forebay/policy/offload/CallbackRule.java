package io.forebay.policy.offload;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Whom an OffloadPolicy lets its clients have told of their jobs' ends, and how it is signed.
///
/// @param queue namespace/name of the Queue that the notices wait in
/// @param hosts names that URLs may have, `*.` before one for all below it; empty for any
/// @param privateAddresses whether addresses may be called that are not public
/// @param plainHttp whether `http` URLs are taken beside `https`
public record CallbackRule(
        String queue, SigningKeys keys, List<String> hosts, boolean privateAddresses, boolean plainHttp) {
    public static final int URL_CHARS_MAX = 2_048;

    public CallbackRule {
        hosts = List.copyOf(hosts);
    }

    /// The URL if notices may go there as far as its text says; where its host leads is found out when one goes.
    public Optional<URI> accepted(String text) {
        if (text.length() > URL_CHARS_MAX) {
            return Optional.empty();
        }
        try {
            URI url = new URI(text);
            String host = url.getHost();
            boolean isAccepted = host != null
                    && url.getUserInfo() == null
                    && url.getFragment() == null
                    && isScheme(url.getScheme())
                    && (url.getPort() == -1 || (url.getPort() > 0 && url.getPort() <= 65_535))
                    && isHost(host.toLowerCase(Locale.ROOT));
            return isAccepted ? Optional.of(url) : Optional.empty();
        } catch (URISyntaxException notOne) {
            return Optional.empty();
        }
    }

    private boolean isScheme(String scheme) {
        return "https".equalsIgnoreCase(scheme) || (plainHttp && "http".equalsIgnoreCase(scheme));
    }

    private boolean isHost(String host) {
        return hosts.isEmpty()
                || hosts.stream()
                        .anyMatch(known -> known.startsWith("*.")
                                ? host.endsWith(known.substring(1)) && host.length() > known.length() - 1
                                : host.equals(known));
    }

    /// What [#accepted] expects, for messages.
    public String expected() {
        return "an " + (plainHttp ? "http or https" : "https") + " URL of at most " + URL_CHARS_MAX + " characters"
                + (hosts.isEmpty() ? "" : " with one of the hosts that the policy names");
    }
}
