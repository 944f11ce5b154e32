package io.forebay.perf.load;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What a run does beyond plain HTTP/1.1 on connections that are kept.
///
/// @param streams requests in flight on each connection, 1 to 100; more than one only over HTTP/2
/// @param variants how many requests differ: `{}` in path and headers is 0 to this less one, in turn; 1 to 100,000
/// @param hold how long the connections stay open after a paced run, with nothing to do; up to an hour
public record LoadShape(Protocol protocol, int streams, Connecting connecting, int variants, Duration hold) {
    /// HTTP/1.1 on connections that are kept.
    public static final LoadShape PLAIN = new LoadShape(Protocol.HTTP1, 1, Connecting.AHEAD, 1, Duration.ZERO);

    static final int STREAMS_MAX = 100;
    static final int VARIANTS_MAX = 100_000;

    public LoadShape {
        LoadPlan.require(streams >= 1 && streams <= STREAMS_MAX, "streams", streams, "1 to 100");
        LoadPlan.require(streams == 1 || protocol.isHttp2(), "streams", streams, "1 for " + protocol);
        LoadPlan.require(variants >= 1 && variants <= VARIANTS_MAX, "variants", variants, "1 to 100000");
        LoadPlan.require(!hold.isNegative() && hold.toSeconds() <= 3600, "hold", hold, "0 to an hour");
        boolean isOneByOne = streams == 1 && protocol == Protocol.HTTP1;
        LoadPlan.require(isOneByOne || connecting == Connecting.AHEAD, "connect", connecting, "AHEAD for " + protocol);
    }

    /// Another protocol, on connections that are kept.
    public static LoadShape of(Protocol protocol, int streams) {
        return new LoadShape(protocol, streams, Connecting.AHEAD, 1, Duration.ZERO);
    }

    public static LoadShape of(Connecting connecting, Duration hold) {
        return new LoadShape(Protocol.HTTP1, 1, connecting, 1, hold);
    }

    public static LoadShape varied(int variants) {
        return new LoadShape(Protocol.HTTP1, 1, Connecting.AHEAD, variants, Duration.ZERO);
    }

    /// As options of `Load`; none for `PLAIN`.
    public List<String> options() {
        if (equals(PLAIN)) {
            return List.of();
        }
        List<String> options = new ArrayList<>(List.of("--protocol", protocol.name(), "--connect", connecting.name()));
        options.addAll(List.of("--streams", Integer.toString(streams), "--variants", Integer.toString(variants)));
        options.addAll(List.of("--hold", String.format(Locale.ROOT, "%.3f", hold.toNanos() / 1e9)));
        return options;
    }
}
