package io.forebay.main;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;

import io.forebay.admin.server.AdminSettings;
import io.forebay.admin.server.HealthSettings;
import io.forebay.gateway.DrainSettings;
import io.forebay.gateway.GatewaySettings;
import io.forebay.gateway.discovery.DnsSettings;
import io.forebay.gateway.offload.JobSettings;
import io.forebay.gateway.otlp.MetricSettings;
import io.forebay.gateway.overload.OverloadSettings;
import io.forebay.gateway.overload.OverloadStage;
import io.forebay.gateway.shard.PeerSettings;
import io.forebay.gateway.telemetry.AccessLog;
import io.forebay.gateway.telemetry.TelemetrySettings;
import io.forebay.gateway.trace.TraceSettings;
import io.forebay.gateway.transport.Transport;
import io.forebay.main.log.LogFile;
import io.forebay.main.peer.PeerFiles;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/// The boot configuration file: `key = value` lines. Each key has a default, an unknown key is an error that names
/// the nearest known one, and a value out of range says what the range is.
///
/// | key | default | meaning |
/// |---|---|---|
/// | `loops` | processors | event loops, 1 to 256 |
/// | `transport` | best | `io_uring`, `epoll` or `nio` |
/// | `listen.address` | all | address of the policy's listeners |
/// | `connections.max` | 50000 | open connections of clients, at most 1,000,000 |
/// | `overload.disable-keepalive` | 0.9 | pressure from which connections end, 0.1 to 0.99; `off` for never |
/// | `overload.stop-accepting-requests` | 0.95 | from which requests are refused with 503 |
/// | `overload.stop-accepting-connections` | 0.98 | from which new connections wait |
/// | `overload.reset-heaviest-streams` | 0.98 | from which the requests that hold most memory are ended |
/// | `overload.loop.lag.ms` | 1000 | how late an event loop is when its pressure is 1, to 60000 |
/// | `zone` | | zone that the gateway is in, as endpoints of Backends name it |
/// | `dns.servers` | the system's | name servers, as `10.0.0.2, 10.0.0.3:5353`, asked in this order, at most 8 |
/// | `drain.notice.seconds` | 0 | how long connections are still accepted once readiness says no, at most 3600 |
/// | `drain.seconds` | 30 | how long SIGTERM waits for what is under way, at most 86400 |
/// | `access.log` | problems | `off`, `problems` or `all` |
/// | `access.format` | json | `json`, `common` or `combined` |
/// | `log.file` | stderr | file for log and access log; put aside as `.1`, `.2` ... when it is full |
/// | `log.file.bytes.max` | 104857600 | how long it gets, 1 MiB to 10 GiB |
/// | `log.file.count` | 5 | how many there are, with the one that is written, 2 to 100 |
/// | `meters.series.max` | 1000 | series that routes and backends have together at most, 100 to 100000 |
/// | `metrics.endpoint` | | receiver of OTLP over HTTP for the meters; without one none are sent |
/// | `metrics.interval.seconds` | 60 | from one export of the meters to the next, 1 to 3600 |
/// | `traces.endpoint` | | receiver of OTLP over HTTP, as `http://collector:4318`; nothing is traced without one |
/// | `traces.ratio` | 0 | of the requests, how many are traced, 0 to 1 |
/// | `traces.trusted` | | clients, as addresses and CIDR ranges, whose own sampled flag holds |
/// | `reserved.prefix` | `/_` | paths of the job endpoints |
/// | `node.id` | 0 | shard that job ids name |
/// | `peers.address` | | where the other nodes listen, as `forebay-{shard}.forebay-peers:9443`; alone without it |
/// | `peers.count` | | how many nodes there are, this one included: 2 to 256 |
/// | `peers.host`, `peers.port` | all, 9443 | where this node listens for the others |
/// | `peers.tls.certificate`, `peers.tls.key` | | PEM files that it shows them, as server and as client |
/// | `peers.tls.ca` | | PEM file of who issues such certificates, and no others |
/// | `peers.tls.name` | forebay-peers | DNS name that the certificate of each node bears |
/// | `peers.calls.max` | 1024 | calls on jobs of one other node at a time, at most 16384; one more is refused |
/// | `schedules.enabled` | node 0, if there are peers | whether this node submits the jobs of schedules |
/// | `long.polls.max` | 10000 | clients that may wait for a job at a time |
/// | `admin.enabled` | true | whether the operators' port is opened |
/// | `admin.host`, `admin.port` | 127.0.0.1, 9901 | where it listens |
/// | `admin.tls.certificate`, `admin.tls.key` | | PEM files; required unless the address is loopback |
/// | `admin.metrics.open` | false | whether `/metrics` needs no token |
/// | `health.port` | | plain-HTTP port that answers `GET /ready` and `GET /live` to everybody; closed without it |
/// | `health.host` | 0.0.0.0 | where it listens |
/// | `health.metrics` | false | whether it answers `GET /metrics` as well |
/// | `backup.directory` | | absolute path of the folder below which operators have the store copied |
public final class BootFile {
    private static final int PEER_PORT_DEFAULT = 9_443;

    private static final String[] KEYS = {
        "loops",
        "transport",
        "listen.address",
        "connections.max",
        "overload.disable-keepalive",
        "overload.stop-accepting-requests",
        "overload.stop-accepting-connections",
        "overload.reset-heaviest-streams",
        "overload.loop.lag.ms",
        "zone",
        "dns.servers",
        "drain.notice.seconds",
        "drain.seconds",
        "access.log",
        "access.format",
        "log.file",
        "log.file.bytes.max",
        "log.file.count",
        "meters.series.max",
        "metrics.endpoint",
        "metrics.interval.seconds",
        "traces.endpoint",
        "traces.ratio",
        "traces.trusted",
        "reserved.prefix",
        "node.id",
        "peers.address",
        "peers.count",
        "peers.host",
        "peers.port",
        "peers.tls.certificate",
        "peers.tls.key",
        "peers.tls.ca",
        "peers.tls.name",
        "peers.calls.max",
        "schedules.enabled",
        "long.polls.max",
        "admin.enabled",
        "admin.host",
        "admin.port",
        "admin.tls.certificate",
        "admin.tls.key",
        "admin.metrics.open",
        "health.port",
        "health.host",
        "health.metrics",
        "backup.directory",
    };

    private final Map<String, String> values;

    private BootFile(Map<String, String> values) {
        this.values = values;
    }

    /// Reads `file`, and lets `overrides` win.
    public static BootFile read(@Nullable Path file, Map<String, String> overrides) throws StartFailure {
        Map<String, String> values = new HashMap<>();
        if (file != null) {
            Properties properties = new Properties();
            try (Reader in = Files.newBufferedReader(file)) {
                properties.load(in);
            } catch (IOException | IllegalArgumentException e) {
                throw new StartFailure(
                        ExitCode.USAGE, "configuration file " + file + " cannot be read: " + e.getMessage());
            }
            for (String key : properties.stringPropertyNames()) {
                requireKnown(file.toString(), key);
                values.put(key, properties.getProperty(key).strip());
            }
        }
        for (String key : overrides.keySet()) {
            requireKnown("the command line", key);
        }
        values.putAll(overrides);
        return new BootFile(values);
    }

    private static void requireKnown(String where, String key) throws StartFailure {
        String nearest = "";
        int best = Integer.MAX_VALUE;
        for (String known : KEYS) {
            if (known.equals(key)) {
                return;
            }
            int common = 0;
            while (common < Math.min(known.length(), key.length()) && known.charAt(common) == key.charAt(common)) {
                common++;
            }
            int difference = known.length() + key.length() - 2 * common;
            if (difference < best) {
                best = difference;
                nearest = known;
            }
        }
        throw new StartFailure(ExitCode.USAGE, where + ": unknown key " + key + "; did you mean " + nearest + "?");
    }

    /// The configuration, checked. Fails with [StartFailure] that names the key and its range.
    public BootConfig config(Path data, Path policy) throws StartFailure {
        try {
            PeerSettings peers = peers();
            GatewaySettings gateway = new GatewaySettings(
                    (int) number("loops", Runtime.getRuntime().availableProcessors(), 256),
                    transport(),
                    values.get("listen.address"),
                    (int) number("connections.max", GatewaySettings.CONNECTIONS_MAX_DEFAULT, 1_000_000),
                    new DrainSettings(
                            SECONDS.toNanos(number("drain.notice.seconds", 0, 3_600)),
                            SECONDS.toNanos(number("drain.seconds", 30, 86_400))),
                    telemetry(),
                    jobs(peers),
                    dns(),
                    overload(),
                    peers);
            return new BootConfig(
                    data,
                    policy,
                    gateway,
                    admin(),
                    flag("admin.enabled", true),
                    health(),
                    peerFiles(),
                    backups(),
                    zone(),
                    metrics(),
                    logFile());
        } catch (IllegalArgumentException e) {
            throw new StartFailure(ExitCode.USAGE, "configuration: " + e.getMessage());
        }
    }

    private JobSettings jobs(@Nullable PeerSettings peers) {
        int node = (int) number("node.id", 0, 0xffff);
        return new JobSettings(
                values.getOrDefault("reserved.prefix", JobSettings.DEFAULT.reservedPrefix()),
                node,
                (int) number("long.polls.max", JobSettings.DEFAULT.longPollsMax(), 1_000_000),
                peers == null ? 1 : peers.shards(),
                flag("schedules.enabled", peers == null || node == 0));
    }

    private @Nullable PeerSettings peers() {
        String address = values.get("peers.address");
        if (address == null) {
            for (String key : KEYS) {
                if (key.startsWith("peers.") && values.containsKey(key)) {
                    throw new IllegalArgumentException(key + " needs a peers.address");
                }
            }
            return null;
        }
        for (String key : List.of("peers.count", "peers.tls.certificate", "peers.tls.key", "peers.tls.ca")) {
            if (!values.containsKey(key)) {
                throw new IllegalArgumentException("peers.address needs " + key);
            }
        }
        return new PeerSettings(
                address,
                (int) number("peers.count", 0, PeerSettings.SHARDS_MAX),
                values.get("peers.host"),
                (int) number("peers.port", PEER_PORT_DEFAULT, 65_535),
                values.getOrDefault("peers.tls.name", PeerSettings.NAME_DEFAULT),
                (int) number("peers.calls.max", PeerSettings.CALLS_MAX_DEFAULT, PeerSettings.CALLS_MAX));
    }

    private @Nullable PeerFiles peerFiles() {
        String certificate = values.get("peers.tls.certificate");
        String key = values.get("peers.tls.key");
        String authorities = values.get("peers.tls.ca");
        return certificate == null || key == null || authorities == null
                ? null
                : new PeerFiles(Path.of(certificate), Path.of(key), Path.of(authorities));
    }

    private OverloadSettings overload() {
        OverloadSettings settings = OverloadSettings.DEFAULT;
        for (OverloadStage stage : OverloadStage.values()) {
            String key = "overload." + stage.text();
            String text = values.get(key);
            if (text != null) {
                settings = text.equals("off") ? settings.without(stage) : settings.with(stage, threshold(key, text));
            }
        }
        long lagMs = number("overload.loop.lag.ms", NANOSECONDS.toMillis(settings.lagMaxNs()), 60_000);
        if (lagMs == 0) {
            throw new IllegalArgumentException("overload.loop.lag.ms must be a number from 1 to 60000: 0");
        }
        return settings.lagMaxNs(MILLISECONDS.toNanos(lagMs));
    }

    private static double threshold(String key, String text) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(key + " must be a number from " + OverloadSettings.THRESHOLD_MIN + " to "
                    + OverloadSettings.THRESHOLD_MAX + ", or off: " + text);
        }
    }

    private @Nullable Path backups() {
        String directory = values.get("backup.directory");
        if (directory != null && !Path.of(directory).isAbsolute()) {
            throw new IllegalArgumentException("backup.directory must be an absolute path: " + directory);
        }
        return directory == null ? null : Path.of(directory);
    }

    private @Nullable String zone() {
        String zone = values.get("zone");
        if (zone != null && !zone.matches("[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?")) {
            throw new IllegalArgumentException(
                    "zone must be a name of letters, digits, -, _ and ., at most 63, such as eu-west-1a: " + zone);
        }
        return zone;
    }

    private DnsSettings dns() {
        try {
            return DnsSettings.of(values.getOrDefault("dns.servers", ""));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("dns.servers: " + e.getMessage(), e);
        }
    }

    private TelemetrySettings telemetry() {
        return new TelemetrySettings(
                AccessLog.Level.of(values.getOrDefault("access.log", "problems")),
                AccessLog.Format.of(values.getOrDefault("access.format", "json")),
                (int) number("meters.series.max", TelemetrySettings.SERIES_MAX_DEFAULT, 100_000),
                traces());
    }

    private @Nullable LogFile logFile() {
        String file = values.get("log.file");
        if (file == null) {
            if (values.containsKey("log.file.bytes.max") || values.containsKey("log.file.count")) {
                throw new IllegalArgumentException("log.file.bytes.max and log.file.count need a log.file");
            }
            return null;
        }
        return new LogFile(Path.of(file), number("log.file.bytes.max", LogFile.BYTES_DEFAULT, LogFile.BYTES_MAX), (int)
                number("log.file.count", LogFile.FILES_DEFAULT, LogFile.FILES_MAX));
    }

    private @Nullable MetricSettings metrics() {
        String endpoint = values.get("metrics.endpoint");
        if (endpoint == null) {
            if (values.containsKey("metrics.interval.seconds")) {
                throw new IllegalArgumentException("metrics.interval.seconds needs a metrics.endpoint");
            }
            return null;
        }
        return MetricSettings.of(
                endpoint,
                number(
                        "metrics.interval.seconds",
                        MetricSettings.INTERVAL_SECONDS_DEFAULT,
                        MetricSettings.INTERVAL_SECONDS_MAX));
    }

    private @Nullable TraceSettings traces() {
        String endpoint = values.get("traces.endpoint");
        if (endpoint == null) {
            if (values.containsKey("traces.ratio") || values.containsKey("traces.trusted")) {
                throw new IllegalArgumentException("traces.ratio and traces.trusted need a traces.endpoint");
            }
            return null;
        }
        return TraceSettings.of(
                endpoint, values.getOrDefault("traces.ratio", "0"), values.getOrDefault("traces.trusted", ""));
    }

    private AdminSettings admin() {
        String certificate = values.get("admin.tls.certificate");
        String key = values.get("admin.tls.key");
        if ((certificate == null) != (key == null)) {
            throw new IllegalArgumentException("admin.tls.certificate and admin.tls.key belong together");
        }
        AdminSettings defaults = AdminSettings.defaults();
        return new AdminSettings(
                values.getOrDefault("admin.host", defaults.host()),
                (int) number("admin.port", defaults.port(), 65_535),
                certificate == null || key == null
                        ? null
                        : new AdminSettings.TlsFiles(Path.of(certificate), Path.of(key)),
                flag("admin.metrics.open", false),
                defaults.callTimeout());
    }

    private @Nullable HealthSettings health() {
        if (!values.containsKey("health.port")) {
            if (values.containsKey("health.host") || values.containsKey("health.metrics")) {
                throw new IllegalArgumentException("health.host and health.metrics need a health.port");
            }
            return null;
        }
        int port = (int) number("health.port", 0, 65_535);
        if (port == 0) {
            throw new IllegalArgumentException("health.port must be a number from 1 to 65535: 0");
        }
        return new HealthSettings(
                values.getOrDefault("health.host", HealthSettings.HOST_DEFAULT), port, flag("health.metrics", false));
    }

    private @Nullable Transport transport() {
        String text = values.get("transport");
        return text == null || text.equals("best") ? null : Transport.valueOf(text.toUpperCase(Locale.ROOT));
    }

    private long number(String key, long byDefault, long max) {
        String text = values.get(key);
        if (text == null) {
            return byDefault;
        }
        boolean isNumber = !text.isEmpty() && text.length() < 12 && text.chars().allMatch(c -> c >= '0' && c <= '9');
        long value = isNumber ? Long.parseLong(text) : -1;
        if (value < 0 || value > max) {
            throw new IllegalArgumentException(key + " must be a number from 0 to " + max + ": " + text);
        }
        return value;
    }

    private boolean flag(String key, boolean byDefault) {
        String text = values.get(key);
        if (text == null) {
            return byDefault;
        }
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException(key + " must be true or false: " + text);
        };
    }
}
