package io.forebay.gateway.overload;

import java.util.Locale;

/// What is done about pressure, the mildest first. Each stage looks only at the pressures that it relieves: closing
/// connections, say, helps no loop that is late, since new ones cost it handshakes.
public enum OverloadStage {
    /// Answers over HTTP/1.1 say that they are their connection's last; HTTP/2 clients get GOAWAY.
    DISABLE_KEEPALIVE(0, 0.90, Pressure.MEMORY, Pressure.CONNECTIONS),
    /// Requests are answered 503 before anything else is done for them.
    STOP_ACCEPTING_REQUESTS(1, 0.95, Pressure.MEMORY, Pressure.LOOP_LAG),
    /// Connections wait in the kernel's queue of their port.
    STOP_ACCEPTING_CONNECTIONS(2, 0.98, Pressure.MEMORY, Pressure.LOOP_LAG, Pressure.CONNECTIONS),
    /// The streams that hold most bytes are reset.
    RESET_HEAVIEST_STREAMS(3, 0.98, Pressure.MEMORY);

    private final double thresholdDefault;
    private final int place;
    private final int by;
    private final String text = name().toLowerCase(Locale.ROOT).replace('_', '-');

    OverloadStage(int place, double thresholdDefault, Pressure... by) {
        this.place = place;
        this.thresholdDefault = thresholdDefault;
        int bits = 0;
        for (Pressure pressure : by) {
            bits |= 1 << pressure.place();
        }
        this.by = bits;
    }

    /// Where it begins unless the operator says otherwise.
    double thresholdDefault() {
        return thresholdDefault;
    }

    /// Whether it relieves this pressure.
    boolean isBy(Pressure pressure) {
        return (by & 1 << pressure.place()) != 0;
    }

    /// From 0, in the order of the constants.
    int place() {
        return place;
    }

    int bit() {
        return 1 << place;
    }

    /// The word in the boot file, meters, logs and documents: stable.
    public String text() {
        return text;
    }
}
