package io.forebay.perf.load;

import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;

/// The generator's process: options in, one line of JSON out (a `LoadResult`). Exit code 0 when at least one
/// request was answered in the measured window, 1 when none was, 2 when the options or files are wrong.
@Command(
        name = "load",
        mixinStandardHelpOptions = true,
        description =
                "HTTP and WebSocket load from one thread: closed loop, or a constant rate with latency from the scheduled"
                        + " time.")
public final class Load implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "HOST:PORT")
    private String target = "";

    @Option(names = "--connections", description = "connections (default ${DEFAULT-VALUE})")
    private int connections = 64;

    @Option(names = "--seconds", description = "length of the measured window (default ${DEFAULT-VALUE})")
    private double seconds = 5;

    @Option(names = "--warm", description = "seconds at full load before it (default ${DEFAULT-VALUE})")
    private double warmSeconds = 1;

    @Option(names = "--rate", description = "requests per second; 0 is a closed loop (default ${DEFAULT-VALUE})")
    private double rate;

    @Option(names = "--method", defaultValue = "GET")
    private String method = "GET";

    @Option(names = "--path", defaultValue = "/")
    private String path = "/";

    @Option(names = "--body", description = "bytes of body in each request")
    private int bodyBytes;

    @Option(names = "--header", description = "a further header line, 'Name: value'")
    private List<String> headers = new ArrayList<>();

    @Option(names = "--tokens", description = "file of bearer tokens, one a line, taken in turn")
    private @Nullable Path tokens;

    @Option(names = "--once", description = "each token once; the run ends with the last")
    private boolean isOnce;

    @Option(names = "--tls", description = "TLS 1.3; the server's certificate is not checked")
    private boolean isTls;

    @Option(names = "--cert", description = "client certificate, PEM")
    private @Nullable Path certificate;

    @Option(names = "--key", description = "its private key, PEM")
    private @Nullable Path key;

    @Option(names = "--protocol", description = "${COMPLETION-CANDIDATES} (default ${DEFAULT-VALUE})")
    private Protocol protocol = Protocol.HTTP1;

    @Option(names = "--streams", description = "requests in flight on each connection (default ${DEFAULT-VALUE})")
    private int streams = 1;

    @Option(
            names = "--connect",
            description = "AHEAD of the run, with the FIRST request, or for EACH request (default ${DEFAULT-VALUE})")
    private Connecting connecting = Connecting.AHEAD;

    @Option(names = "--variants", description = "requests that differ: {} in path and headers is 0 to this less one")
    private int variants = 1;

    @Option(names = "--hold", description = "seconds the connections stay open after a paced run, with nothing to do")
    private double holdSeconds;

    @Option(names = "--timeout", description = "seconds until a request is given up (default ${DEFAULT-VALUE})")
    private double timeoutSeconds = 30;

    @Option(
            names = "--announce",
            description = "print 'begin' and 'end' when the measured window begins and ends, and 'hold'")
    private boolean isAnnounced;

    public static void main(String... args) {
        CommandLine line = new CommandLine(new Load()).setCaseInsensitiveEnumValuesAllowed(true);
        line.setExecutionExceptionHandler((e, command, parsed) -> {
            command.getErr().println("load: " + e.getMessage());
            return 2;
        });
        System.exit(line.execute(args));
    }

    @Override
    public Integer call() throws IOException {
        PrintStream out = System.out;
        try (Generator generator = new Generator(plan(), listener(out))) {
            LoadResult result = generator.run();
            out.println(JsonMapper.shared().writeValueAsString(result));
            return result.requests() > 0 ? 0 : 1;
        }
    }

    private LoadPlan plan() {
        int colon = target.lastIndexOf(':');
        if (colon < 1) {
            throw new IllegalArgumentException("target is '" + target + "', must be HOST:PORT");
        }
        return new LoadPlan(
                new InetSocketAddress(target.substring(0, colon), Integer.parseInt(target.substring(colon + 1))),
                isTls,
                certificate,
                key,
                method,
                path,
                headers,
                tokens,
                isOnce,
                bodyBytes,
                connections,
                duration(warmSeconds),
                duration(seconds),
                rate,
                duration(timeoutSeconds),
                new LoadShape(protocol, streams, connecting, variants, duration(holdSeconds)));
    }

    private static Duration duration(double seconds) {
        return Duration.ofNanos((long) (seconds * 1e9));
    }

    private Generator.WindowListener listener(PrintStream out) {
        return new Generator.WindowListener() {
            @Override
            public void begins() {
                announce("begin");
            }

            @Override
            public void ends() {
                announce("end");
            }

            @Override
            public void holds() {
                announce("hold");
            }

            private void announce(String what) {
                if (isAnnounced) {
                    out.println(what);
                }
            }
        };
    }
}
