package io.forebay.main.seed;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;

/// Applies a seed to the file systems below a root. Each file is written whole or not at all. Keys, interfaces and time
/// servers of an earlier seed go; its other files stay.
///
/// @param root `/`, or another in tests
record SeedWriter(Path root) {
    private static final String PREFIX = "10-seed-";
    private static final String GATEWAY_FOLDER = "etc/forebay";
    private static final String NETWORKS = "etc/systemd/network";
    private static final String KEYS = "root/.ssh/authorized_keys";
    private static final String TIME_SERVERS = "etc/systemd/timesyncd.conf.d/" + PREFIX + "ntp.conf";
    private static final String ANYONE = "rw-r--r--";
    private static final String OWNER = "rw-------";

    void write(Seed seed) throws IOException {
        for (Seed.SeedFile file : seed.files()) {
            Path path = root.resolve(file.path().substring(1));
            SeedPlaces place = SeedPlaces.of(file.path());
            if (place == SeedPlaces.GATEWAY) {
                makeGatewayFolders(path);
            }
            put(path, file.content(), place.mode());
            if (place == SeedPlaces.GATEWAY) {
                giveToGateway(path);
            }
        }
        if (seed.hostname().isPresent()) {
            put("etc/hostname", seed.hostname().get() + "\n", ANYONE);
        }
        writeKeys(seed.authorizedKeys());
        writeNetworks(seed.networks());
        writeTimeServers(seed.timeServers());
    }

    /// Those between /etc/forebay and the file.
    private void makeGatewayFolders(Path file) throws IOException {
        Path top = root.resolve(GATEWAY_FOLDER);
        for (Path part : folders(top, file)) {
            if (!Files.exists(part)) {
                Files.createDirectory(part);
                Files.setPosixFilePermissions(part, PosixFilePermissions.fromString("rwxr-x---"));
                giveToGateway(part);
            }
        }
    }

    private static List<Path> folders(Path top, Path file) {
        Path below = top.relativize(file);
        return Stream.iterate(1, count -> count < below.getNameCount(), count -> count + 1)
                .map(count -> top.resolve(below.subpath(0, count)))
                .toList();
    }

    /// The package has given the folder to the gateway's group.
    private void giveToGateway(Path path) throws IOException {
        GroupPrincipal group = Files.readAttributes(root.resolve(GATEWAY_FOLDER), PosixFileAttributes.class)
                .group();
        Files.getFileAttributeView(path, PosixFileAttributeView.class).setGroup(group);
    }

    private void writeKeys(List<String> keys) throws IOException {
        if (keys.isEmpty()) {
            Files.deleteIfExists(root.resolve(KEYS));
            return;
        }
        Path folder = Files.createDirectories(root.resolve("root/.ssh"));
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        put(KEYS, String.join("\n", keys) + "\n", OWNER);
    }

    private void writeNetworks(List<Seed.NetworkUnit> networks) throws IOException {
        Path folder = Files.createDirectories(root.resolve(NETWORKS));
        List<Path> earlier;
        try (Stream<Path> files = Files.list(folder)) {
            earlier = files.filter(file -> String.valueOf(file.getFileName()).startsWith(PREFIX))
                    .toList();
        }
        for (Path file : earlier) {
            Files.delete(file);
        }
        for (Seed.NetworkUnit unit : networks) {
            put(NETWORKS + "/" + PREFIX + unit.name() + ".network", unit.text(), ANYONE);
        }
    }

    private void writeTimeServers(List<String> servers) throws IOException {
        if (servers.isEmpty()) {
            Files.deleteIfExists(root.resolve(TIME_SERVERS));
        } else {
            put(TIME_SERVERS, "# By the seed.\n[Time]\nNTP=" + String.join(" ", servers) + "\n", ANYONE);
        }
    }

    private void put(String path, String text, String mode) throws IOException {
        put(root.resolve(path), text.getBytes(StandardCharsets.UTF_8), mode);
    }

    /// A file that is not readable for others before it is whole.
    private static void put(Path path, byte[] content, String mode) throws IOException {
        Files.createDirectories(path.resolveSibling(""));
        Path whole = path.resolveSibling("." + path.getFileName() + ".new");
        Files.deleteIfExists(whole);
        Files.createFile(whole, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(OWNER)));
        Files.write(whole, content);
        Files.setPosixFilePermissions(whole, PosixFilePermissions.fromString(mode));
        Files.move(whole, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
