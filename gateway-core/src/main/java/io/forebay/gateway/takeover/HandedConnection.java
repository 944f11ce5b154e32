package io.forebay.gateway.takeover;

import io.forebay.gateway.http.Connection;
import io.forebay.gateway.http.FieldLines;
import io.forebay.gateway.http.RequestHead;
import io.forebay.policy.ClientCertificate;
import io.forebay.policy.ForwardedHeader;
import io.forebay.policy.HeaderName;
import io.forebay.policy.PeerIdentity;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the next process tells the owner of the store about the connection a request came in by, in one field:
/// `key=value` pairs, percent-encoded and separated by `;`. Only the owner's socket reads it, which no client reaches.
final class HandedConnection {
    static final HeaderName NAME = HeaderName.of("forebay-handed");

    private static final String PORT = "port";
    private static final String TLS = "tls";
    private static final String ADDRESS = "address";
    private static final String SPIFFE = "spiffe";
    private static final String NAME_OF_PEER = "name";
    private static final String SUBJECT = "subject";
    private static final String THUMBPRINT = "thumbprint";

    private HandedConnection() {}

    static ForwardedHeader write(Connection connection) {
        StringBuilder out = new StringBuilder(256);
        pair(out, PORT, String.valueOf(connection.port()));
        pair(out, TLS, String.valueOf(connection.isTls()));
        pair(out, ADDRESS, connection.peer().address());
        ClientCertificate certificate = connection.peer().certificate();
        if (certificate != null) {
            if (certificate.spiffeUri() != null) {
                pair(out, SPIFFE, certificate.spiffeUri());
            }
            certificate.alternativeNames().forEach(name -> pair(out, NAME_OF_PEER, name));
            pair(out, SUBJECT, certificate.subject());
            pair(out, THUMBPRINT, certificate.thumbprint());
        }
        return new ForwardedHeader(NAME, out.toString());
    }

    private static void pair(StringBuilder out, String key, String value) {
        if (!out.isEmpty()) {
            out.append(';');
        }
        out.append(key).append('=').append(URLEncoder.encode(value, StandardCharsets.UTF_8));
    }

    /// The connection that the request says it came in by, or null if it does not say.
    ///
    /// @throws IllegalArgumentException the field is not one that [#write] made
    static @Nullable Connection read(RequestHead head) {
        FieldLines fields = head.fields();
        for (int line = 0; line < fields.count(); line++) {
            if (fields.nameText(line).equals(NAME.text())) {
                return parse(fields.valueText(line));
            }
        }
        return null;
    }

    static Connection parse(String text) {
        int port = 0;
        boolean isTls = false;
        String address = "unknown";
        String spiffe = null;
        String subject = "";
        String thumbprint = null;
        List<String> names = new ArrayList<>();
        for (String pair : text.split(";", -1)) {
            int equals = pair.indexOf('=');
            if (equals < 0) {
                throw new IllegalArgumentException("not a pair: " + pair);
            }
            String value = URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8);
            switch (pair.substring(0, equals)) {
                case PORT -> port = Integer.parseInt(value);
                case TLS -> isTls = Boolean.parseBoolean(value);
                case ADDRESS -> address = value;
                case SPIFFE -> spiffe = value;
                case NAME_OF_PEER -> names.add(value);
                case SUBJECT -> subject = value;
                case THUMBPRINT -> thumbprint = value;
                // A later version may say more.
                default -> {}
            }
        }
        ClientCertificate certificate =
                thumbprint == null ? null : new ClientCertificate(spiffe, names, subject, thumbprint);
        return Connection.of(port, isTls, new PeerIdentity(address, certificate), Connection.Trust.ALWAYS);
    }
}
