package io.forebay.gateway.explain;

import io.forebay.policy.ClientCertificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A request that is only thought of.
///
/// @param target path and query, as a client would send them
/// @param authority host, with its port where a client would send one
/// @param headers without `host` and `content-length`
/// @param port of the listener that it comes to
/// @param serverName of the handshake; null without TLS
/// @param address of the client, without port
/// @param certificate of the client, which the listener has accepted; null without one
/// @param bodyBytes 0 without a body, -1 for one whose length is not told
/// @param body empty where it is not known
/// @param assumedToken a token whose signature is believed; null for none
@SuppressWarnings("ArrayRecordComponent") // never compared
public record TrialRequest(
        String method,
        String target,
        String authority,
        List<Field> headers,
        int port,
        @Nullable String serverName,
        String address,
        @Nullable ClientCertificate certificate,
        long bodyBytes,
        boolean isBodyKnown,
        byte[] body,
        @Nullable String assumedToken) {
    public TrialRequest {
        headers = List.copyOf(headers);
    }

    /// One line of the head.
    public record Field(String name, String value) {}

    public boolean isTls() {
        return serverName != null;
    }
}
