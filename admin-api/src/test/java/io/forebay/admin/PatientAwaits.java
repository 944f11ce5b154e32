package io.forebay.admin;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// Lets every `await()` that says nothing else look often, so that no test is slow, and wait long, so that none fails
/// since the machine is busy. JUnit finds it by itself.
public final class PatientAwaits implements BeforeAllCallback {
    private static final Duration LOOK = Duration.ofMillis(10);
    private static final Duration PATIENCE = Duration.ofSeconds(45);

    @Override
    public void beforeAll(ExtensionContext context) {
        Awaitility.setDefaultPollDelay(Duration.ZERO);
        Awaitility.setDefaultPollInterval(LOOK);
        Awaitility.setDefaultTimeout(PATIENCE);
    }
}
