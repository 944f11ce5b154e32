package io.forebay.main.quickstart;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Optional;

/// The ports that the tour needs.
///
/// @param gateway where clients connect
/// @param admin of the operators' interface; 0 for none
record Ports(int gateway, int admin) {

    /// Two that are free at this moment.
    static Ports free() throws IOException {
        try (ServerSocket gateway = new ServerSocket(0);
                ServerSocket admin = new ServerSocket(0)) {
            return new Ports(gateway.getLocalPort(), admin.getLocalPort());
        }
    }

    /// The first that somebody else listens on; empty if all are free at this moment.
    Optional<Integer> taken() {
        if (!isFree(gateway)) {
            return Optional.of(gateway);
        }
        return admin == 0 || isFree(admin) ? Optional.empty() : Optional.of(admin);
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
