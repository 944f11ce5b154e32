package io.forebay.main.process.dist;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.main.process.Checkout;
import io.forebay.main.process.GatewayUnderTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The life of the Debian package in a fresh root of Debian 12: installed, upgraded, removed, purged, installed
/// again. Each test stands on what the one before has left.
@Timeout(1200)
@EnabledIf(value = "isPossible", disabledReason = "mmdebstrap and root are needed")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DebianPackageIT {
    private static final long LIMIT_SECONDS = 300;
    private static final double EXPOSURE_MAX = 2.0;
    private static final Pattern EXPOSURE = Pattern.compile("exposure level for forebay.service: ([0-9.]+)");
    private static final String POLICY = "etc/forebay/policy.d/10-gateway.yaml";

    @TempDir
    private static Path folder;

    /// What is to be unmounted, the last first: nothing that this test has not mounted.
    private static final Deque<Path> MOUNTED = new ArrayDeque<>();

    private static Path root = Path.of("");

    static boolean isPossible() {
        return Packages.arePossible() && DebianRoot.isPossible();
    }

    @BeforeAll
    static void makeRoot() throws IOException {
        Path deb = Packages.ending(".deb");
        root = folder.resolve("root");
        Files.createDirectory(root);
        Packages.run(LIMIT_SECONDS, "tar", "-C", root + "", "-xf", DebianRoot.archive() + "");
        // A mount of its own, as a host's root is: the store looks for the one that it lies on.
        Packages.run(10, "mount", "--bind", root.toString(), root.toString());
        MOUNTED.push(root);
        Packages.run(10, "mount", "-t", "proc", "proc", root.resolve("proc").toString());
        MOUNTED.push(root.resolve("proc"));
        Files.copy(deb, root.resolve("tmp/forebay.deb"), StandardCopyOption.REPLACE_EXISTING);
        // The same again under the next version, as an upgrade finds it.
        Path next = folder.resolve("next");
        Packages.run(LIMIT_SECONDS, "dpkg-deb", "--raw-extract", deb.toString(), next.toString());
        Path control = next.resolve("DEBIAN/control");
        Files.writeString(control, Files.readString(control).replaceFirst("Version: .*", "Version: 99.0"));
        Packages.run(
                LIMIT_SECONDS,
                "dpkg-deb",
                "--root-owner-group",
                "-Znone",
                "--build",
                next + "",
                root + "/tmp/next.deb");
    }

    @AfterAll
    static void unmount() {
        MOUNTED.forEach(place -> Packages.run(10, "umount", "--lazy", place.toString()));
    }

    private static Checkout.Finished inRoot(String script) {
        return Checkout.run(
                LIMIT_SECONDS,
                "chroot",
                root.toString(),
                "env",
                "-i",
                "PATH=/usr/sbin:/usr/bin:/sbin:/bin",
                "DEBIAN_FRONTEND=noninteractive",
                "sh",
                "-ec",
                script);
    }

    private static String succeeds(String script) {
        Checkout.Finished ended = inRoot(script);
        assertThat(ended.exitCode()).as(() -> script + "\n" + ended.output()).isZero();
        return ended.output();
    }

    @Test
    @Order(1)
    void installedItHasItsUserUnitAndCommand() {
        succeeds("dpkg -i /tmp/forebay.deb");
        assertThat(succeeds("getent passwd forebay")).contains(":/var/lib/forebay:");
        assertThat(succeeds("stat -c '%U:%G %a' /etc/forebay/policy.d")).startsWith("root:forebay 750");
        assertThat(succeeds("forebay version")).contains("forebay 0.1.0");
        assertThat(succeeds("systemctl is-enabled forebay.service")).contains("enabled");
        assertThat(root.resolve("usr/share/doc/forebay/copyright")).exists();
    }

    @Test
    @Order(2)
    void unitIsHardened() {
        Matcher exposure = EXPOSURE.matcher(succeeds("systemd-analyze security --offline=yes forebay.service"));
        assertThat(exposure.find()).isTrue();
        assertThat(Double.parseDouble(exposure.group(1))).isLessThanOrEqualTo(EXPOSURE_MAX);
        succeeds("systemd-analyze verify --man=no forebay.service");
    }

    /// What the unit runs, as its user: the check first, then the gateway until it is told to stop.
    @Test
    @Order(3)
    void commandsOfTheUnitRunAsItsUser() throws IOException {
        int port = GatewayUnderTest.freePort();
        Path policy = root.resolve(POLICY);
        Files.writeString(policy, Files.readString(policy).replace("port: 8080", "port: " + port));
        String ran = succeeds("""
                install -d -o forebay -g forebay -m 0750 /var/lib/forebay
                user='setpriv --reuid=forebay --regid=forebay --init-groups --no-new-privs'
                line() { sed -n "s/^$1=//p" /lib/systemd/system/forebay.service | head -n 1; }
                $user $(line ExecStartPre)
                $user $(line ExecStart) --set admin.enabled=false >/tmp/out 2>&1 &
                for i in $(seq 600); do grep -q 'forebay ready' /tmp/out && break; sleep 0.1; done
                kill $! || cat /tmp/out
                wait $! || [ $? -eq 143 ]
                cat /tmp/out
                """);
        assertThat(ran)
                .contains("0 errors, 0 warnings", "forebay ready ports [" + port + "]", "\"message\":\"stopped\"");
    }

    /// What an operator would do on the new host: every check has its verdict, and nothing is in the way of a start.
    @Test
    @Order(4)
    void doctorLooksAtTheHost() throws IOException {
        int port = GatewayUnderTest.freePort();
        Files.writeString(root.resolve("tmp/boot.properties"), "admin.port = " + port);
        String printed = succeeds("""
                forebay doctor --json --data /var/lib/forebay --policy /etc/forebay/policy.d \
                  --config /tmp/boot.properties 2>/dev/null
                """);
        JsonNode report = JsonMapper.shared().readTree(printed);
        Map<String, String> levels = new HashMap<>();
        report.get("findings")
                .forEach(one -> levels.put(
                        one.get("check").stringValue(), one.get("level").stringValue()));
        assertThat(levels)
                .as(printed)
                .containsKeys("boot-file", "open-files", "locked-memory", "memory", "io-uring", "clock", "disk-sync")
                .containsKeys("disk-space", "disk-inodes", "port-" + port)
                .containsEntry("policy", "ok")
                .doesNotContainValue("failed");
        assertThat(report.get("healthy").booleanValue()).isTrue();
    }

    @Test
    @Order(5)
    void upgradeKeepsWhatAnOperatorHasWritten() throws IOException {
        Files.writeString(root.resolve(POLICY), Files.readString(root.resolve(POLICY)) + "# ours\n");
        succeeds("dpkg -i /tmp/next.deb");
        assertThat(succeeds("dpkg-query --show --showformat='${Version}' forebay"))
                .contains("99.0");
        assertThat(Files.readString(root.resolve(POLICY))).endsWith("# ours\n");
        assertThat(root.resolve("var/lib/forebay/store")).isDirectory();
    }

    @Test
    @Order(6)
    void removedItLeavesPoliciesAndJobs() {
        succeeds("dpkg --remove forebay");
        assertThat(root.resolve("opt/forebay")).doesNotExist();
        assertThat(root.resolve(POLICY)).exists();
        assertThat(root.resolve("var/lib/forebay/store")).isDirectory();
    }

    @Test
    @Order(7)
    void purgedItLeavesTheJobsAlone() {
        assertThat(succeeds("dpkg --purge forebay")).contains("The jobs in /var/lib/forebay are kept");
        assertThat(root.resolve("etc/forebay")).doesNotExist();
        assertThat(root.resolve("var/lib/forebay/store")).isDirectory();
    }

    @Test
    @Order(8)
    void installedAgainItFindsTheJobsAndPurgedOnRequestTheyGo() {
        succeeds("dpkg -i /tmp/forebay.deb");
        assertThat(root.resolve(POLICY)).exists();
        succeeds("""
                echo 'forebay forebay/remove-data boolean true' | debconf-set-selections
                dpkg --purge forebay
                """);
        assertThat(root.resolve("var/lib/forebay")).doesNotExist();
    }
}
