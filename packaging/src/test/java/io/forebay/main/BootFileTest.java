package io.forebay.main;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forebay.admin.server.HealthSettings;
import io.forebay.gateway.discovery.DnsSettings;
import io.forebay.gateway.overload.OverloadSettings;
import io.forebay.gateway.overload.OverloadStage;
import io.forebay.gateway.shard.PeerSettings;
import io.forebay.gateway.telemetry.AccessLog;
import io.forebay.gateway.telemetry.TelemetrySettings;
import io.forebay.gateway.trace.TraceSettings;
import io.forebay.main.log.LogFile;
import io.forebay.main.peer.PeerFiles;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BootFileTest {
    private static TelemetrySettings telemetry(String... pairs) throws StartFailure {
        Map<String, String> values = new HashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            values.put(pairs[i], pairs[i + 1]);
        }
        return BootFile.read(null, values)
                .config(Path.of("data"), Path.of("policy"))
                .gateway()
                .telemetry();
    }

    @Test
    void theFileThatInitMakesIsRead(@TempDir Path folder) throws StartFailure {
        Path site = folder.resolve("site");
        assertThat(Main.commandLine().execute("init", site.toString(), "--admin-port", "19901"))
                .isZero();

        BootConfig boot =
                BootFile.read(site.resolve("forebay.properties"), Map.of()).config(site, site);

        assertThat(boot.admin().port()).isEqualTo(19901);
    }

    @Test
    void nothingSaidIsTheDefault() throws StartFailure {
        assertThat(telemetry()).isEqualTo(TelemetrySettings.DEFAULT);
    }

    @Test
    void accessLogIsChosen() throws StartFailure {
        assertThat(telemetry("access.log", "all", "access.format", "combined"))
                .isEqualTo(TelemetrySettings.DEFAULT
                        .accessLog(AccessLog.Level.ALL)
                        .accessFormat(AccessLog.Format.COMBINED));
    }

    @Test
    void zoneIsChosen() throws StartFailure {
        assertThat(BootFile.read(null, Map.of("zone", "eu-west-1a"))
                        .config(Path.of("data"), Path.of("policy"))
                        .zone())
                .isEqualTo("eu-west-1a");
        assertThat(BootFile.read(null, Map.of())
                        .config(Path.of("data"), Path.of("policy"))
                        .zone())
                .isNull();
        BootFile wrong = BootFile.read(null, Map.of("zone", "eu west"));
        assertThatThrownBy(() -> wrong.config(Path.of("data"), Path.of("policy")))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("zone must be a name");
    }

    @Test
    void backupsGoToAnAbsolutePathOrNowhere() throws StartFailure {
        assertThat(BootFile.read(null, Map.of("backup.directory", "/backups"))
                        .config(Path.of("data"), Path.of("policy"))
                        .backups())
                .isEqualTo(Path.of("/backups"));
        assertThat(BootFile.read(null, Map.of())
                        .config(Path.of("data"), Path.of("policy"))
                        .backups())
                .isNull();
        BootFile relative = BootFile.read(null, Map.of("backup.directory", "backups"));
        assertThatThrownBy(() -> relative.config(Path.of("data"), Path.of("policy")))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("backup.directory must be an absolute path: backups");
    }

    @Test
    void healthPortIsClosedUnlessItIsNamed() throws StartFailure {
        assertThat(BootFile.read(null, Map.of())
                        .config(Path.of("data"), Path.of("policy"))
                        .health())
                .isNull();
        assertThat(BootFile.read(null, Map.of("health.port", "9902"))
                        .config(Path.of("data"), Path.of("policy"))
                        .health())
                .isEqualTo(new HealthSettings("0.0.0.0", 9902, false));
        assertThat(BootFile.read(
                                null,
                                Map.of("health.port", "9902", "health.host", "10.0.0.1", "health.metrics", "true"))
                        .config(Path.of("data"), Path.of("policy"))
                        .health())
                .isEqualTo(new HealthSettings("10.0.0.1", 9902, true));
    }

    private static Map<String, String> peers(String... pairs) {
        Map<String, String> values = new HashMap<>(Map.of(
                "peers.address", "forebay-{shard}.peers:9443",
                "peers.count", "3",
                "peers.tls.certificate", "tls.crt",
                "peers.tls.key", "tls.key",
                "peers.tls.ca", "ca.crt"));
        for (int i = 0; i < pairs.length; i += 2) {
            values.put(pairs[i], pairs[i + 1]);
        }
        return values;
    }

    private static BootConfig config(Map<String, String> values) throws StartFailure {
        return BootFile.read(null, values).config(Path.of("data"), Path.of("policy"));
    }

    @Test
    void nodeIsAloneUnlessItHasPeers() throws StartFailure {
        BootConfig alone = config(Map.of("node.id", "300"));
        assertThat(alone.gateway().peers()).isNull();
        assertThat(alone.peers()).isNull();
        assertThat(alone.jobs().shards()).isEqualTo(1);
        assertThat(alone.jobs().runsSchedules()).isTrue();
        assertThat(config(Map.of("schedules.enabled", "false")).jobs().runsSchedules())
                .isFalse();
    }

    @Test
    void peersAreChosen() throws StartFailure {
        BootConfig boot = config(peers());
        assertThat(boot.gateway().peers())
                .isEqualTo(new PeerSettings("forebay-{shard}.peers:9443", 3, null, 9443, "forebay-peers", 1024));
        assertThat(boot.peers()).isEqualTo(new PeerFiles(Path.of("tls.crt"), Path.of("tls.key"), Path.of("ca.crt")));
        assertThat(boot.jobs().shards()).isEqualTo(3);
        assertThat(config(peers(
                                "peers.host", "10.0.0.1",
                                "peers.port", "9555",
                                "peers.tls.name", "nodes",
                                "peers.calls.max", "7"))
                        .gateway()
                        .peers())
                .isEqualTo(new PeerSettings("forebay-{shard}.peers:9443", 3, "10.0.0.1", 9555, "nodes", 7));
    }

    @Test
    void oneNodeOfSeveralRunsSchedules() throws StartFailure {
        assertThat(config(peers()).jobs().runsSchedules()).isTrue();
        assertThat(config(peers("node.id", "1")).jobs().runsSchedules()).isFalse();
        assertThat(config(peers("node.id", "1", "schedules.enabled", "true"))
                        .jobs()
                        .runsSchedules())
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "node.id, 3, 'node.id must be less than peers.count, which is 3: 3'",
        "peers.count, 1, 'peers.count must be a number from 2 to 256: 1'",
        "peers.address, 'forebay:9443', 'peers.address must be a host with {shard}'",
        "peers.port, 0, 'peers.port must be a number from 1 to 65535: 0'",
        "peers.calls.max, 0, 'peers.calls.max must be a number from 1 to 16384: 0'",
    })
    void whatIsWrongAboutPeersIsSaid(String key, String value, String message) {
        assertThatThrownBy(() -> config(peers(key, value)))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"peers.count", "peers.tls.certificate", "peers.tls.key", "peers.tls.ca"})
    void peersNeedAllThatTellsThem(String missing) {
        Map<String, String> values = peers();
        values.remove(missing);
        assertThatThrownBy(() -> config(values))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("peers.address needs " + missing);
        assertThatThrownBy(() -> config(Map.of(missing, "3")))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining(missing + " needs a peers.address");
    }

    @Test
    void roomForSeriesIsChosen() throws StartFailure {
        assertThat(telemetry("meters.series.max", "5000")).isEqualTo(TelemetrySettings.DEFAULT.seriesMax(5_000));
    }

    @Test
    void tracesGoToTheirEndpoint() throws StartFailure {
        assertThat(telemetry("traces.endpoint", "http://c:4318", "traces.ratio", "0.1", "traces.trusted", "10.0.0.0/8")
                        .traces())
                .isEqualTo(TraceSettings.of("http://c:4318", "0.1", "10.0.0.0/8"));
    }

    @Test
    void logMayGoToAFile() throws StartFailure {
        assertThat(BootFile.read(null, Map.of("log.file", "x.log", "log.file.count", "2"))
                        .config(Path.of("data"), Path.of("policy"))
                        .log())
                .isEqualTo(new LogFile(Path.of("x.log"), LogFile.BYTES_DEFAULT, 2));
    }

    @ParameterizedTest
    @CsvSource({
        "log.file.bytes.max, 1000, 'log.file.bytes.max must be a number from 1048576 to 10737418240: 1000'",
        "log.file.count, 1, 'log.file.count must be a number from 2 to 100: 1'",
    })
    void boundsOfTheLogFileAreChecked(String key, String value, String message) throws StartFailure {
        BootFile wrong = BootFile.read(null, Map.of("log.file", "x.log", key, value));

        assertThatThrownBy(() -> wrong.config(Path.of("data"), Path.of("policy")))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining(message);
    }

    @Test
    void stagesOfOverloadAreChosenOrLeftOut() throws StartFailure {
        assertThat(BootFile.read(
                                null,
                                Map.of(
                                        "overload.disable-keepalive", "off",
                                        "overload.reset-heaviest-streams", "0.8",
                                        "overload.loop.lag.ms", "250"))
                        .config(Path.of("data"), Path.of("policy"))
                        .gateway()
                        .overload())
                .isEqualTo(OverloadSettings.DEFAULT
                        .without(OverloadStage.DISABLE_KEEPALIVE)
                        .with(OverloadStage.RESET_HEAVIEST_STREAMS, 0.8)
                        .lagMaxNs(250_000_000));
    }

    @Test
    void nameServersAreChosen() throws StartFailure {
        assertThat(BootFile.read(null, Map.of("dns.servers", "10.0.0.2, 10.0.0.3:5353"))
                        .config(Path.of("data"), Path.of("policy"))
                        .gateway()
                        .dns())
                .isEqualTo(DnsSettings.of("10.0.0.2,10.0.0.3:5353"));
    }

    @ParameterizedTest
    @CsvSource({
        "dns.servers, ns.test, 'dns.servers: expected addresses of name servers'",
        "log.file.count, 3, log.file.bytes.max and log.file.count need a log.file",
        "metrics.interval.seconds, 5, metrics.interval.seconds needs a metrics.endpoint",
        "metrics.endpoint, 'ftp://c', 'metrics.endpoint must be an http or https URL: ftp://c'",
        "traces.ratio, 0.5, traces.ratio and traces.trusted need a traces.endpoint",
        "traces.endpoint, 'ftp://c', 'traces.endpoint must be an http or https URL: ftp://c'",
        "access.log, some, 'access.log must be off, problems or all: some'",
        "meters.series.max, 99, 'meters.series.max must be a number from 100 to 100000: 99'",
        "overload.disable-keepalive, high, 'overload.disable-keepalive must be a number from 0.1 to 0.99, or off: high'",
        "overload.stop-accepting-requests, 1, 'overload.stop-accepting-requests must be a number from 0.1 to 0.99: 1.0'",
        "overload.loop.lag.ms, 0, 'overload.loop.lag.ms must be a number from 1 to 60000: 0'",
        "health.host, 10.0.0.1, health.host and health.metrics need a health.port",
        "health.metrics, true, health.host and health.metrics need a health.port",
        "health.port, 0, 'health.port must be a number from 1 to 65535: 0'",
        "health.port, 70000, 'health.port must be a number from 0 to 65535: 70000'",
        "access.format, JSON, 'access.format must be json, common or combined: JSON'",
    })
    void valueThatIsNoneSaysWhatIs(String key, String value, String message) {
        assertThatThrownBy(() -> telemetry(key, value))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining(message);
    }
}
