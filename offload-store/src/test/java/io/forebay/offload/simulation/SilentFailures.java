package io.forebay.offload.simulation;

import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// Keeps the store from logging the failures that are planted by the million.
public final class SilentFailures implements BeforeAllCallback, AfterAllCallback {
    // Held, for a logger that nobody holds forgets its level.
    private static final Logger LOGGER = Logger.getLogger("io.forebay.offload");

    @Override
    public void beforeAll(ExtensionContext context) {
        LOGGER.setLevel(Level.OFF);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        LOGGER.setLevel(null);
    }
}
