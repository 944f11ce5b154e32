package io.forebay.main.seed;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.main.ExitCode;
import io.forebay.main.process.Checkout;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/// Seeds, good and bad, against a root of their own.
class SeedCommandTest {
    private static final String META = "instance-id: one\n";
    private static final String KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDl3 ops@example";

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void makeRoot() throws IOException {
        Files.createDirectories(root().resolve("etc/forebay"));
        Files.createDirectories(root().resolve("root"));
        Files.createDirectories(seed());
    }

    private Path root() {
        return folder.resolve("root-of-it");
    }

    private Path seed() {
        return folder.resolve("seed");
    }

    private void write(Map<String, String> files) throws IOException {
        for (Map.Entry<String, String> file : files.entrySet()) {
            Files.writeString(seed().resolve(file.getKey()), file.getValue());
        }
    }

    private int run(String... options) {
        String[] all =
                Stream.concat(Stream.of(seed().toString()), Stream.of(options)).toArray(String[]::new);
        return new CommandLine(new SeedCommand())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(all);
    }

    private void isApplied() {
        assertThat(run("--root", root().toString())).as(out + "\n" + err).isZero();
    }

    private String text(String path) throws IOException {
        return Files.readString(root().resolve(path));
    }

    private String mode(String path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(root().resolve(path)));
    }

    private List<Path> written() throws IOException {
        try (Stream<Path> files = Files.walk(root())) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    @Test
    void everythingThatASeedMaySayIsApplied() throws IOException {
        write(Map.of(
                "meta-data",
                "instance-id: one\nlocal-hostname: edge-1\n",
                "user-data",
                """
                #cloud-config
                ssh_authorized_keys: ["%s"]
                ntp: {servers: [time.example, 192.0.2.9]}
                write_files:
                - path: /etc/forebay/policy.d/20-shop.yaml
                  content: |
                    # ours
                - {path: /etc/forebay/pki/edge/server.key, encoding: b64, content: c2VjcmV0}
                - {path: /etc/nftables.d/20-https.nft, content: ports, encoding: text/plain}
                - {path: /etc/default/forebay, content: flags}
                """.formatted(KEY),
                "network-config",
                """
                version: 2
                ethernets:
                  uplink:
                    match: {macaddress: 52:54:00:12:34:56, name: en*}
                    mtu: 1450
                    addresses: [192.0.2.5/24, "2001:db8::5/64"]
                    gateway6: 2001:db8::1
                    nameservers: {addresses: [192.0.2.1], search: [shop.example]}
                    routes: [{to: default, via: 192.0.2.1}, {to: 10.0.0.0/8, via: 192.0.2.2, metric: 7}]
                  eth1: {dhcp4: true, dhcp6: true}
                """));

        isApplied();

        assertThat(out.toString()).contains("seed: hostname edge-1, 1 key, 4 files, 2 interfaces");
        assertThat(text("etc/hostname")).isEqualTo("edge-1\n");
        assertThat(text("root/.ssh/authorized_keys")).isEqualTo(KEY + "\n");
        assertThat(mode("root/.ssh/authorized_keys")).isEqualTo("rw-------");
        assertThat(mode("root/.ssh")).isEqualTo("rwx------");
        assertThat(text("etc/forebay/policy.d/20-shop.yaml")).isEqualTo("# ours\n");
        assertThat(text("etc/forebay/pki/edge/server.key")).isEqualTo("secret");
        assertThat(mode("etc/forebay/pki/edge/server.key")).isEqualTo("rw-r-----");
        assertThat(mode("etc/forebay/pki/edge")).isEqualTo("rwxr-x---");
        assertThat(mode("etc/nftables.d/20-https.nft")).isEqualTo("rw-r--r--");
        assertThat(text("etc/default/forebay")).isEqualTo("flags");
        assertThat(text("etc/systemd/timesyncd.conf.d/10-seed-ntp.conf")).endsWith("NTP=time.example 192.0.2.9\n");
        assertThat(text("etc/systemd/network/10-seed-uplink.network")).isEqualTo("""
                # By the seed.
                [Match]
                MACAddress=52:54:00:12:34:56
                Name=en*

                [Link]
                MTUBytes=1450

                [Network]
                DHCP=no
                Address=192.0.2.5/24
                Address=2001:db8::5/64
                Gateway=2001:db8::1
                DNS=192.0.2.1
                Domains=shop.example

                [Route]
                Gateway=192.0.2.1

                [Route]
                Destination=10.0.0.0/8
                Gateway=192.0.2.2
                Metric=7
                """);
        assertThat(text("etc/systemd/network/10-seed-eth1.network")).contains("Name=eth1\n", "DHCP=yes\n");
        assertThat(written()).hasSize(9);
    }

    @Test
    void anotherSeedReplacesKeysInterfacesAndTimeServersAndLeavesFiles() throws IOException {
        write(Map.of(
                "meta-data",
                META,
                "user-data",
                """
                #cloud-config
                ssh_authorized_keys: ["%s"]
                ntp: {servers: [time.example]}
                write_files: [{path: /etc/forebay/policy.d/a.yaml, content: a}]
                """.formatted(KEY),
                "network-config",
                "{network: {version: 2, ethernets: {eth0: {dhcp4: true}}}}"));
        isApplied();

        write(Map.of("meta-data", "instance-id: 2", "user-data", "", "network-config", ""));
        isApplied();

        assertThat(written()).containsExactly(root().resolve("etc/forebay/policy.d/a.yaml"));
    }

    @Test
    void withoutARootItIsOnlyChecked() throws IOException {
        write(Map.of("meta-data", META, "user-data", "#cloud-config\nhostname: edge-2\n"));

        assertThat(run()).isZero();

        assertThat(out.toString()).contains("hostname edge-2");
        assertThat(written()).isEmpty();
    }

    @Test
    void asJsonItShowsWhatIsWrong() throws IOException {
        write(Map.of("meta-data", META, "user-data", "#cloud-config\nruncmd: [reboot]\n"));

        assertThat(run("--json")).isEqualTo(ExitCode.FAILED);

        assertThat(out.toString()).contains("\"errors\" : 1", "\"file\" : \"user-data\"", "\"line\" : 2");
    }

    @Test
    void whatIsNoFolderIsWrongUsage() {
        assertThat(new CommandLine(new SeedCommand())
                        .setErr(new PrintWriter(err, true))
                        .execute(folder.resolve("nowhere").toString()))
                .isEqualTo(ExitCode.USAGE);
    }

    static List<Arguments> faultySeeds() {
        return List.of(
                faulty("meta-data", "local-hostname: a\n", "meta-data:1:1: error: instance-id: is missing"),
                faulty("meta-data", META + "local-hostname: a_b\n", "meta-data:2:17: error: local-hostname: found"),
                faulty("meta-data", META + "dsmode: net\n", "meta-data:2:1: error: unknown key \"dsmode\""),
                faulty(
                        "meta-data",
                        META + "instance-id: two\n",
                        "meta-data:2:1: error: the key \"instance-id\" stands"),
                faulty("meta-data", "- a\n", "meta-data:1:1: error: found a list; expected names"),
                faulty("meta-data", META + "---\na: b\n", "meta-data:3:1: error: found a second document"),
                faulty("vendor-data", "#cloud-config\n", "vendor-data:1:1: error: is not understood"),
                faulty("readme.txt", "hello\n", "readme.txt:1:1: error: is not understood"),
                faulty("user-data", "#!/bin/sh\n", "user-data:1:1: error: is of a kind that is not understood"),
                user("ssh_authorised_keys: []", "2:1: error: unknown key", "expected ssh_authorized_keys"),
                user("ssh_authorized_keys: [command=\"sh\" ssh-ed25519 A]", "ssh_authorized_keys[0]: found"),
                user("ssh_authorized_keys: {}", "ssh_authorized_keys: found a mapping; expected a list"),
                user("hostname: -edge", "2:11: error: hostname: found"),
                user("ntp: {servers: [a b]}", "ntp.servers[0]: found"),
                user("ntp: {pools: [a]}", "ntp: unknown key \"pools\""),
                file(
                        "path: /etc/shadow, content: a",
                        "write_files[0].path: found \"/etc/shadow\"; expected a file below"),
                file("path: /etc/forebay/../shadow, content: a", "write_files[0].path: found"),
                file("path: /etc/nftables.d/a/b.nft, content: a", "write_files[0].path: found"),
                file("path: /etc/forebay/a", "write_files[0].content: is missing"),
                file("path: /etc/forebay/a, content: a, permissions: '0777'", "unknown key \"permissions\""),
                file("path: /etc/forebay/a, content: '*', encoding: b64", "write_files[0].content: found"),
                file("path: /etc/forebay/a, content: a, encoding: gzip", "write_files[0].encoding: found"),
                file("path: /etc/forebay/a, content: a}, {path: /etc/forebay/a, content: b", "stands twice"),
                file(
                        "path: /etc/forebay/a, content: a}, {path: /etc/forebay/a/b/c, content: b",
                        "write_files[1]: /etc/forebay/a is the folder of /etc/forebay/a/b/c; expected a file or a folder"),
                file(
                        "path: /etc/forebay/a/b, content: a}, {path: /etc/forebay/a, content: b",
                        "write_files[1]: /etc/forebay/a is the folder of /etc/forebay/a/b; expected a file or a folder"),
                network("{version: 1}", "version: found the number 1; expected 2"),
                network("{ethernets: {}}", "version: is missing"),
                network("{version: 2, bonds: {}}", "unknown key \"bonds\""),
                ethernet("dhcp4: maybe", "ethernets.eth0.dhcp4: found \"maybe\"; expected true or false"),
                ethernet("addresses: [192.0.2.5]", "addresses[0]: found"),
                ethernet("addresses: [192.0.2.5/33]", "addresses[0]: found"),
                ethernet("addresses: ['2001:db8::x/64']", "addresses[0]: found"),
                ethernet("gateway4: 2001:db8::1", "gateway4: found"),
                ethernet("gateway6: 192.0.2.1", "gateway6: found"),
                ethernet("mtu: 100", "mtu: found the number 100; expected 576 to 65535"),
                ethernet("match: {}", "match: matches nothing; expected macaddress or name"),
                ethernet("match: {macaddress: 52-54}", "match.macaddress: found"),
                ethernet("match: {name: 'a b'}", "match.name: found"),
                ethernet("nameservers: {addresses: [dns.example]}", "nameservers.addresses[0]: found"),
                ethernet("routes: [{to: default}]", "routes[0].via: is missing"),
                ethernet("routes: [{to: 10.0.0.0, via: 192.0.2.1}]", "routes[0].to: found"),
                ethernet("routes: [{to: default, via: 192.0.2.1, metric: -1}]", "routes[0].metric: found"),
                ethernet("wakeonlan: true", "unknown key \"wakeonlan\""),
                network("{version: 2, ethernets: {'a/b': {dhcp4: true}}}", "has the name \"a/b\""));
    }

    private static Arguments faulty(String file, String content, String... said) {
        return Arguments.of(file, content, List.of(said));
    }

    private static Arguments user(String line, String... said) {
        return faulty("user-data", "#cloud-config\n" + line + "\n", said);
    }

    private static Arguments file(String entry, String said) {
        return user("write_files: [{" + entry + "}]", said);
    }

    private static Arguments network(String content, String said) {
        return faulty("network-config", content, said);
    }

    private static Arguments ethernet(String field, String said) {
        return network("{version: 2, ethernets: {eth0: {" + field + "}}}", said);
    }

    /// The rest of the seed is good, and not applied either.
    @ParameterizedTest
    @MethodSource("faultySeeds")
    void whatIsNotUnderstoodIsAnErrorAndNothingIsApplied(String file, String content, List<String> said)
            throws IOException {
        write(Map.of(
                "meta-data",
                META,
                "user-data",
                "#cloud-config\nwrite_files: [{path: /etc/forebay/a.yaml, content: a}]\n"));
        write(Map.of(file, content));

        assertThat(run("--root", root().toString())).isEqualTo(ExitCode.FAILED);

        assertThat(out.toString()).contains(said).contains("nothing of it is applied");
        assertThat(written()).isEmpty();
    }

    @Test
    void exampleOfTheDocumentIsGood() throws IOException {
        String document = Files.readString(Checkout.root().resolve("docs/appliance.md"));
        int begin = document.indexOf("#cloud-config\nhostname");
        write(Map.of("meta-data", META, "user-data", document.substring(begin, document.indexOf("```", begin))));

        isApplied();

        assertThat(out.toString()).contains("seed: hostname edge-1, 1 key, 4 files, 0 interfaces");
    }

    @Test
    void missingMetaDataIsAnError() throws IOException {
        write(Map.of("user-data", "#cloud-config\nhostname: a\n"));

        assertThat(run()).isEqualTo(ExitCode.FAILED);

        assertThat(out.toString()).contains("meta-data:1:1: error: instance-id: is missing");
    }

    /// A key of the seed's and a policy, applied to a root.
    private void writeSeedOfKeyNameAndPolicy() throws IOException {
        write(Map.of("meta-data", META + "local-hostname: edge-1\n", "user-data", """
                #cloud-config
                ssh_authorized_keys: ["%s"]
                write_files: [{path: /etc/forebay/policy.d/a.yaml, content: new}]
                """.formatted(KEY)));
    }

    static List<Arguments> pathsThatCannotBe() {
        return List.of(
                Arguments.of("policy.d", "/etc/forebay/policy.d is a folder; expected a file"),
                Arguments.of("old.yaml/a", "/etc/forebay/old.yaml is a file, and not the folder of"));
    }

    @ParameterizedTest
    @MethodSource("pathsThatCannotBe")
    void pathThatCannotBeAtTheRootIsAnErrorAndNothingIsApplied(String path, String said) throws IOException {
        Files.createDirectories(root().resolve("etc/forebay/policy.d"));
        Files.writeString(root().resolve("etc/forebay/old.yaml"), "old");
        write(Map.of(
                "meta-data",
                META,
                "user-data",
                "#cloud-config\nhostname: b\nwrite_files: [{path: /etc/forebay/" + path + ", content: a}]\n"));

        assertThat(run("--root", root().toString())).isEqualTo(ExitCode.FAILED);

        assertThat(out.toString())
                .contains("user-data:3:15: error: write_files[0]: ")
                .contains(said);
        assertThat(written()).containsExactly(root().resolve("etc/forebay/old.yaml"));
    }

    @Test
    void whatFailsWhileFilesAreWrittenLeavesEverythingAsItWas() throws IOException {
        writeSeedOfKeyNameAndPolicy();
        Files.createDirectories(root().resolve("etc/systemd"));
        Files.writeString(root().resolve("etc/systemd/network"), "in the way");

        assertThat(run("--root", root().toString())).isNotZero();

        assertThat(written()).containsExactly(root().resolve("etc/systemd/network"));
    }

    @Test
    void whatFailsBetweenRenamesLeavesTheMarkerAndIsAppliedByAnotherTry() throws IOException {
        writeSeedOfKeyNameAndPolicy();
        Path inTheWay = root().resolve("etc/hostname/a");
        Files.createDirectories(inTheWay);

        assertThat(run("--root", root().toString())).isNotZero();

        assertThat(root().resolve(SeedChange.MARKER)).exists();
        assertThat(text("root/.ssh/authorized_keys")).isEqualTo(KEY + "\n");
        assertThat(root().resolve("etc/forebay/policy.d/a.yaml")).doesNotExist();

        Files.delete(inTheWay);
        Files.delete(inTheWay.resolveSibling(""));
        isApplied();

        assertThat(root().resolve(SeedChange.MARKER)).doesNotExist();
        assertThat(text("etc/hostname")).isEqualTo("edge-1\n");
        assertThat(text("etc/forebay/policy.d/a.yaml")).isEqualTo("new");
        assertThat(written()).hasSize(3);
    }

    /// The appliance's units, script and banner name the marker that is written here.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "etc/systemd/system/forebay.service.d/appliance.conf",
                "usr/lib/systemd/system/appliance-ports.service",
                "usr/lib/forebay-appliance/seed",
                "usr/lib/forebay-appliance/banner"
            })
    void applianceLooksForTheMarker(String file) throws IOException {
        assertThat(Files.readString(Checkout.root().resolve("packaging/dist/appliance/files/" + file)))
                .contains("/" + SeedChange.MARKER);
    }

    @Test
    void contentThatIsNotUnderstoodIsNotShown() throws IOException {
        write(Map.of("meta-data", META, "user-data", """
                #cloud-config
                write_files:
                - {path: /etc/forebay/a, encoding: b64, content: "*hunter2"}
                - {path: /etc/forebay/b, content: 1234.5}
                """));

        assertThat(run()).isEqualTo(ExitCode.FAILED);

        assertThat(out.toString())
                .contains(
                        "user-data:3:50: error: write_files[0].content: found a text of 8 characters; expected base64",
                        "user-data:4:36: error: write_files[1].content: found a number of 6 characters; expected a text")
                .doesNotContain("hunter2", "1234");
    }
}
