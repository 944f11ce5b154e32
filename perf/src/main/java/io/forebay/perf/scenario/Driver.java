package io.forebay.perf.scenario;

import java.util.List;

/// One run of a load process, as its main class and command line.
sealed interface Driver permits Drive, BrokerDrive, CycleDrive {
    Class<?> main();

    List<String> options();

    /// The same for another time.
    Driver lasting(double newWarmSeconds, double newSeconds);

    /// Any other answer makes the run void.
    int expectedStatus();
}
