package io.forebay.perf.scenario;

import io.forebay.perf.load.BrokerLoad;
import java.util.List;
import java.util.Locale;

/// One run of the load of a broker.
record BrokerDrive(String broker, int port, int bodyBytes, int inFlight, double warmSeconds, double seconds)
        implements Driver {
    @Override
    public Class<?> main() {
        return BrokerLoad.class;
    }

    @Override
    public BrokerDrive lasting(double newWarmSeconds, double newSeconds) {
        return new BrokerDrive(broker, port, bodyBytes, inFlight, newWarmSeconds, newSeconds);
    }

    @Override
    public int expectedStatus() {
        return 202;
    }

    @Override
    public List<String> options() {
        return List.of(
                broker,
                Integer.toString(port),
                "--in-flight",
                Integer.toString(inFlight),
                "--body",
                Integer.toString(bodyBytes),
                "--warm",
                String.format(Locale.ROOT, "%.3f", warmSeconds),
                "--seconds",
                String.format(Locale.ROOT, "%.3f", seconds));
    }
}
