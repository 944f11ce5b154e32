package io.forebay.main.seed;

import java.util.regex.Pattern;

/// Where a seed may write, and with which mode: each place has its own, so that a seed need not say it and
/// cannot get it wrong.
enum SeedPlaces {
    /// Policy, certificates, keys and boot properties: for the gateway's group to read.
    GATEWAY("/etc/forebay/([A-Za-z0-9_][A-Za-z0-9._-]*/)*[A-Za-z0-9_][A-Za-z0-9._-]*", "rw-r-----"),
    /// Ports to be opened.
    FIREWALL("/etc/nftables\\.d/[A-Za-z0-9_][A-Za-z0-9._-]*\\.nft", "rw-r--r--"),
    /// Flags of the JVM.
    ENVIRONMENT("/etc/default/forebay", "rw-r--r--");

    static final String EXPECTED = "a file below /etc/forebay, /etc/nftables.d/NAME.nft, or /etc/default/forebay";
    private static final int PATH_CHARS_MAX = 255;

    private final Pattern paths;
    private final String mode;

    SeedPlaces(String paths, String mode) {
        this.paths = Pattern.compile(paths);
        this.mode = mode;
    }

    /// As `PosixFilePermissions` reads it.
    String mode() {
        return mode;
    }

    static boolean hasPath(String path) {
        for (SeedPlaces place : values()) {
            if (place.holds(path)) {
                return true;
            }
        }
        return false;
    }

    /// The place of a path that has one.
    static SeedPlaces of(String path) {
        for (SeedPlaces place : values()) {
            if (place.holds(path)) {
                return place;
            }
        }
        throw new IllegalArgumentException(path + " is not " + EXPECTED);
    }

    private boolean holds(String path) {
        return path.length() <= PATH_CHARS_MAX && paths.matcher(path).matches();
    }
}
