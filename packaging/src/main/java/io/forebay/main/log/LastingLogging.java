package io.forebay.main.log;

import java.util.logging.LogManager;

/// Keeps its handlers until the process is gone. The JDK's own closes them in a shutdown hook, which runs beside the
/// one that drains: what the drain has to say would be lost. Nothing is owed to the handlers: ours flush each record.
public final class LastingLogging extends LogManager {
    @Override
    public void reset() {}
}
