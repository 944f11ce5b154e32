package io.forebay.gateway.takeover;

import io.forebay.gateway.http.Connection;
import io.forebay.gateway.http.ConnectionAddresses;
import io.forebay.gateway.http.FieldLines;
import io.forebay.gateway.http.RequestHead;
import io.forebay.policy.ClientCertificate;
import io.forebay.policy.ForwardedHeader;
import io.forebay.policy.HeaderName;
import io.forebay.policy.PeerIdentity;
import io.forebay.policy.ServerName;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the next process tells the owner of the store about the connection a request came in by, in one field:
/// `key=value` pairs, percent-encoded and separated by `;`. Only the owner's socket and the port of the peers read it,
/// and no client reaches these.
public final class HandedConnection {
    static final HeaderName NAME = HeaderName.of("forebay-handed");

    private static final String PORT = "port";
    private static final String TLS = "tls";
    private static final String SERVER_NAME = "sni";
    private static final String ADDRESS = "address";
    private static final String SOURCE = "source";
    private static final String DESTINATION = "destination";
    private static final String SPIFFE = "spiffe";
    private static final String ALTERNATIVE_NAME = "name";
    private static final String SUBJECT = "subject";
    private static final String THUMBPRINT = "thumbprint";

    private HandedConnection() {}

    static ForwardedHeader write(Connection connection) {
        StringBuilder out = new StringBuilder(256);
        pair(out, PORT, String.valueOf(connection.port()));
        pair(out, TLS, String.valueOf(connection.isTls()));
        pair(out, SERVER_NAME, connection.serverName().toString());
        pair(out, ADDRESS, connection.peer().address());
        if (connection.addresses().isKnown()) {
            pair(out, SOURCE, text(connection.addresses().source()));
            pair(out, DESTINATION, text(connection.addresses().destination()));
        }
        ClientCertificate certificate = connection.peer().certificate();
        if (certificate != null) {
            if (certificate.spiffeUri() != null) {
                pair(out, SPIFFE, certificate.spiffeUri());
            }
            certificate.alternativeNames().forEach(name -> pair(out, ALTERNATIVE_NAME, name));
            pair(out, SUBJECT, certificate.subject());
            pair(out, THUMBPRINT, certificate.thumbprint());
        }
        return new ForwardedHeader(NAME, out.toString());
    }

    private static String text(InetSocketAddress address) {
        return address.getPort() + " " + address.getAddress().getHostAddress();
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
    public static @Nullable Connection read(RequestHead head) {
        FieldLines fields = head.fields();
        for (int line = 0; line < fields.count(); line++) {
            if (fields.nameText(line).equals(NAME.text())) {
                return parse(fields.valueText(line));
            }
        }
        return null;
    }

    /// What [#write] wrote; what a later version says besides is passed over.
    static Connection parse(String text) {
        Pairs pairs = new Pairs(text);
        String thumbprint = pairs.first(THUMBPRINT);
        ClientCertificate certificate = thumbprint == null
                ? null
                : new ClientCertificate(
                        pairs.first(SPIFFE), pairs.all(ALTERNATIVE_NAME), pairs.required(SUBJECT), thumbprint);
        String source = pairs.first(SOURCE);
        ConnectionAddresses addresses = source == null
                ? ConnectionAddresses.UNKNOWN
                : new ConnectionAddresses(address(source), address(pairs.required(DESTINATION)));
        return Connection.of(
                Integer.parseInt(pairs.required(PORT)),
                Boolean.parseBoolean(pairs.required(TLS)),
                new PeerIdentity(pairs.required(ADDRESS), certificate),
                Connection.Trust.ALWAYS,
                Connection.Hosts.ALL,
                ServerName.of(pairs.required(SERVER_NAME)),
                addresses);
    }

    private static InetSocketAddress address(String text) {
        int space = text.indexOf(' ');
        if (space < 0) {
            throw new IllegalArgumentException("not a port and an address: " + text);
        }
        return new InetSocketAddress(
                InetAddress.ofLiteral(text.substring(space + 1)), Integer.parseInt(text.substring(0, space)));
    }

    private record Pairs(String text) {
        List<String> all(String key) {
            List<String> values = new ArrayList<>();
            for (String pair : text.split(";", -1)) {
                if (pair.startsWith(key + "=")) {
                    values.add(URLDecoder.decode(pair.substring(key.length() + 1), StandardCharsets.UTF_8));
                }
            }
            return values;
        }

        @Nullable
        String first(String key) {
            List<String> values = all(key);
            return values.isEmpty() ? null : values.getFirst();
        }

        String required(String key) {
            String value = first(key);
            if (value == null) {
                throw new IllegalArgumentException("no " + key);
            }
            return value;
        }
    }
}
