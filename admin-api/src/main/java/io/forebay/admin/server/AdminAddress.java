package io.forebay.admin.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;

/// The address to listen on: without TLS only loopback, since the token would travel in the clear.
final class AdminAddress {
    private AdminAddress() {}

    static InetAddress require(AdminSettings settings) throws IOException {
        InetAddress address = resolve("admin.host", settings.host());
        if (!address.isLoopbackAddress() && settings.tls() == null) {
            throw new IOException("admin.host " + settings.host()
                    + " is not a loopback address, so the admin token would travel in the clear:"
                    + " set admin.tls.certificate and admin.tls.key, or use " + AdminSettings.HOST_DEFAULT);
        }
        return address;
    }

    /// @param key of the boot configuration, for whoever reads what is wrong
    static InetAddress resolve(String key, String host) throws IOException {
        try {
            return InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            throw new IOException(key + " " + host + " is not an address or name of this machine", e);
        }
    }

    static String origin(AdminSettings settings, InetAddress address, int port) {
        String literal = address.getHostAddress();
        String host = literal.indexOf(':') >= 0 ? "[" + literal + "]" : literal;
        return (settings.tls() == null ? "http://" : "https://") + host + ":" + port;
    }

    /// What the system says against listening there.
    static String obstacle(InetAddress address, int port) {
        try (ServerSocket tried = new ServerSocket(port, 1, address)) {
            return "the server did not start on port " + tried.getLocalPort() + "; its log says why";
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
    }
}
