package io.forebay.gateway.shard;

import static java.util.Objects.requireNonNull;

import io.forebay.mesh.Endpoint;
import org.jspecify.annotations.Nullable;

/// Where the other nodes are and where this one listens for them: boot settings.
///
/// @param address of a peer, `host:port`, in whose host [#SHARD] stands for the peer's number; a name is looked up as a
///     connection is made
/// @param shards how many nodes there are, this one included, 2 to 256
/// @param listenHost where this node listens for the others; null for every address
/// @param listenPort 1 to 65535
/// @param name a DNS name that the certificate of each node bears
/// @param callsMax calls that this node makes of another at a time, each on a connection of its own, 1 to 16384; one
///     more is refused
public record PeerSettings(
        String address, int shards, @Nullable String listenHost, int listenPort, String name, int callsMax) {
    /// What stands for the number of the peer.
    public static final String SHARD = "{shard}";

    /// How many nodes there may be.
    public static final int SHARDS_MAX = 256;

    /// The name in the certificates where nobody says another.
    public static final String NAME_DEFAULT = "forebay-peers";

    public static final int CALLS_MAX_DEFAULT = 1_024;
    public static final int CALLS_MAX = 16 * 1_024;

    private static final int LOOPS_MAX = 256;
    private static final int ACCEPTED_MAX = 64 * 1_024;

    private static final int PORT_MAX = 65_535;

    public PeerSettings {
        requireNonNull(name, "name");
        if (shards < 2 || shards > SHARDS_MAX) {
            throw new IllegalArgumentException("peers.count must be a number from 2 to " + SHARDS_MAX + ": " + shards);
        }
        if (listenPort < 1 || listenPort > PORT_MAX) {
            throw new IllegalArgumentException("peers.port must be a number from 1 to " + PORT_MAX + ": " + listenPort);
        }
        if (callsMax < 1 || callsMax > CALLS_MAX) {
            throw new IllegalArgumentException(
                    "peers.calls.max must be a number from 1 to " + CALLS_MAX + ": " + callsMax);
        }
        if (name.isBlank()) {
            throw new IllegalArgumentException("peers.tls.name must not be empty");
        }
        requireAddress(address);
    }

    private static void requireAddress(String address) {
        int colon = address.lastIndexOf(':');
        String port = address.substring(colon + 1);
        boolean isPort = port.matches("[1-9][0-9]{0,4}") && Integer.parseInt(port) <= PORT_MAX;
        if (colon < 1 || !isPort || !address.substring(0, colon).contains(SHARD)) {
            throw new IllegalArgumentException("peers.address must be a host with " + SHARD
                    + " for the number of the node, a colon and a port, such as forebay-" + SHARD
                    + ".forebay-peers:9443: " + address);
        }
    }

    /// Connections of one node to another: those of its calls, and as many that rest, since each loop has its own.
    int connectionsMax() {
        return 2 * callsMax + LOOPS_MAX;
    }

    /// Connections that all peers together may have open here, at most 65,536.
    int acceptedMax() {
        return Math.min((shards - 1) * connectionsMax(), ACCEPTED_MAX);
    }

    /// Where the node of a shard listens.
    ///
    /// @param shard 0 to `shards` - 1
    Endpoint endpoint(int shard) {
        int colon = address.lastIndexOf(':');
        String host = address.substring(0, colon).replace(SHARD, Integer.toString(shard));
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        return new Endpoint(host, Integer.parseInt(address.substring(colon + 1)));
    }
}
