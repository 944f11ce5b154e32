package io.forebay.gateway.tls;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// What one TLS listener serves. TLS 1.2 is the floor and 1.3 preferred; neither is a setting.
///
/// @param hosts at least one, each hostname once, at most 4096
/// @param applicationProtocols ALPN names in order of preference, of `h2` and `http/1.1`
public record TlsListenerSettings(List<TlsHost> hosts, List<String> applicationProtocols) {

    public static final String HTTP_2 = "h2";
    public static final String HTTP_1_1 = "http/1.1";
    private static final int HOSTS_MAX = 4096;

    public TlsListenerSettings {
        hosts = List.copyOf(hosts);
        applicationProtocols = List.copyOf(applicationProtocols);
        if (hosts.isEmpty() || hosts.size() > HOSTS_MAX) {
            throw new IllegalArgumentException("hosts: " + hosts.size() + " given, expected 1 to " + HOSTS_MAX);
        }
        Set<String> names = new HashSet<>();
        for (TlsHost host : hosts) {
            if (!names.add(host.hostname())) {
                throw new IllegalArgumentException("hosts: " + host.label() + " is given twice");
            }
        }
        if (applicationProtocols.isEmpty()
                || new HashSet<>(applicationProtocols).size() != applicationProtocols.size()
                || !Set.of(HTTP_2, HTTP_1_1).containsAll(applicationProtocols)) {
            throw new IllegalArgumentException("applicationProtocols: " + applicationProtocols
                    + " given, expected h2, http/1.1 or both, each once");
        }
    }

    /// HTTP/2 preferred, HTTP/1.1 accepted.
    public static TlsListenerSettings of(List<TlsHost> hosts) {
        return new TlsListenerSettings(hosts, List.of(HTTP_2, HTTP_1_1));
    }
}
