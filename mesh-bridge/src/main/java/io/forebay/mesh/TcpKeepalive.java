package io.forebay.mesh;

/// How the kernel finds out that nobody is at the other end of a silent connection (tcp(7)). Each 0 leaves it to the
/// system.
///
/// @param probes that are not answered before the connection is given up, to [#PROBES_MAX]
/// @param idleSeconds of silence before the first, to [#SECONDS_MAX]
/// @param intervalSeconds between two, to [#SECONDS_MAX]
public record TcpKeepalive(int probes, int idleSeconds, int intervalSeconds) {
    public static final int PROBES_MAX = 127;
    public static final int SECONDS_MAX = 32_767;

    public TcpKeepalive {
        require("probes", probes, PROBES_MAX);
        require("idleSeconds", idleSeconds, SECONDS_MAX);
        require("intervalSeconds", intervalSeconds, SECONDS_MAX);
    }

    private static void require(String key, int value, int max) {
        if (value < 0 || value > max) {
            throw new IllegalArgumentException(key + " must be 0 to " + max + ": " + value);
        }
    }
}
