package io.forebay.main.seed;

import java.util.List;
import java.util.Optional;

/// What a seed says. All of it was found to be valid.
///
/// @param hostname none where the appliance keeps its own
/// @param authorizedKeys lines of OpenSSH's authorized_keys, without options
/// @param timeServers names or addresses; none where the network tells, or Debian's are taken
record Seed(
        Optional<String> hostname,
        List<String> authorizedKeys,
        List<SeedFile> files,
        List<NetworkUnit> networks,
        List<String> timeServers) {

    /// A file to be written.
    static final class SeedFile {
        private final String path;
        private final byte[] content;

        /// @param path absolute, without `.` and `..`; one of [SeedPlaces]
        /// @param content is not copied
        SeedFile(String path, byte[] content) {
            this.path = path;
            this.content = content;
        }

        String path() {
            return path;
        }

        /// Nobody changes them.
        byte[] content() {
            return content;
        }
    }

    /// A file of systemd.network(5).
    ///
    /// @param name of the interface in the seed, safe as a part of a file's name
    record NetworkUnit(String name, String text) {}

    /// `hostname edge-1, 1 key, 3 files, 1 interface`.
    String summary() {
        return hostname.map(name -> "hostname " + name + ", ").orElse("")
                + counted(authorizedKeys.size(), "key")
                + ", " + counted(files.size(), "file")
                + ", " + counted(networks.size(), "interface");
    }

    private static String counted(int count, String noun) {
        return count + " " + noun + (count == 1 ? "" : "s");
    }
}
