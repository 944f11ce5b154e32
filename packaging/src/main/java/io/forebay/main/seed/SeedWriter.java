package io.forebay.main.seed;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Applies a seed to the file systems below a root, by [SeedChange]: what fails while files are written leaves
/// everything as it was. Keys, interfaces and time servers of an earlier seed go; its other files stay. The policy
/// comes last, so that what is reached by it is there.
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

    /// @throws IOException when it could not be applied; the marker of [SeedChange] says whether a part of it was
    void write(Seed seed) throws IOException {
        SeedChange change = new SeedChange(root);
        try {
            writeKeys(seed.authorizedKeys(), change);
            if (seed.hostname().isPresent()) {
                put("etc/hostname", seed.hostname().get() + "\n", ANYONE, change);
            }
            writeNetworks(seed.networks(), change);
            writeTimeServers(seed.timeServers(), change);
            for (Seed.SeedFile file : seed.files()) {
                if (SeedPlaces.of(file.path()) != SeedPlaces.GATEWAY) {
                    change.put(
                            path(file),
                            file.content(),
                            SeedPlaces.of(file.path()).mode());
                }
            }
            for (Seed.SeedFile file : seed.files()) {
                if (SeedPlaces.of(file.path()) == SeedPlaces.GATEWAY) {
                    makeGatewayFolders(path(file));
                    giveToGateway(change.put(path(file), file.content(), SeedPlaces.GATEWAY.mode()));
                }
            }
            change.sync();
        } catch (IOException e) {
            change.forget();
            throw e;
        }
        change.apply();
    }

    private Path path(Seed.SeedFile file) {
        return root.resolve(file.path().substring(1));
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

    private void writeKeys(List<String> keys, SeedChange change) throws IOException {
        if (keys.isEmpty()) {
            change.remove(root.resolve(KEYS));
            return;
        }
        Path folder = Files.createDirectories(root.resolve("root/.ssh"));
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        put(KEYS, String.join("\n", keys) + "\n", OWNER, change);
    }

    private void writeNetworks(List<Seed.NetworkUnit> networks, SeedChange change) throws IOException {
        Path folder = Files.createDirectories(root.resolve(NETWORKS));
        List<Path> earlier = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            files.filter(file -> String.valueOf(file.getFileName()).startsWith(PREFIX))
                    .forEach(earlier::add);
        }
        for (Seed.NetworkUnit unit : networks) {
            Path file = folder.resolve(PREFIX + unit.name() + ".network");
            earlier.remove(file);
            change.put(file, unit.text().getBytes(StandardCharsets.UTF_8), ANYONE);
        }
        earlier.forEach(change::remove);
    }

    private void writeTimeServers(List<String> servers, SeedChange change) throws IOException {
        if (servers.isEmpty()) {
            change.remove(root.resolve(TIME_SERVERS));
        } else {
            put(TIME_SERVERS, "# By the seed.\n[Time]\nNTP=" + String.join(" ", servers) + "\n", ANYONE, change);
        }
    }

    private void put(String path, String text, String mode, SeedChange change) throws IOException {
        change.put(root.resolve(path), text.getBytes(StandardCharsets.UTF_8), mode);
    }
}
