package io.forebay.main.log;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.StreamHandler;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Sends every log record of the process, ours and our libraries', to standard error as one JSON line.
public final class JsonLogging {
    private static final String LEVEL_PROPERTY = "forebay.log.level";

    private JsonLogging() {}

    /// Replaces the JDK's default handlers. Called first of all: the log manager is chosen at the first use of a
    /// logger.
    public static void install() {
        System.setProperty("java.util.logging.manager", LastingLogging.class.getName());
        Logger root = Logger.getLogger("");
        for (Handler handler : root.getHandlers()) {
            root.removeHandler(handler);
        }
        root.setLevel(Level.parse(System.getProperty(LEVEL_PROPERTY, "INFO")));
        root.addHandler(new Flushing());
    }

    private static final class Flushing extends StreamHandler {
        Flushing() {
            super(System.err, new Json());
            setLevel(Level.ALL);
        }

        @Override
        public synchronized void publish(LogRecord record) {
            super.publish(record);
            flush();
        }
    }

    private static final class Json extends Formatter {
        @Override
        public String format(LogRecord record) {
            ObjectNode line = JsonMapper.shared()
                    .createObjectNode()
                    .put("time", Instant.ofEpochMilli(record.getMillis()).toString())
                    .put("level", record.getLevel().getName())
                    .put("logger", record.getLoggerName())
                    .put("message", formatMessage(record));
            Throwable thrown = record.getThrown();
            if (thrown != null) {
                StringWriter trace = new StringWriter();
                thrown.printStackTrace(new PrintWriter(trace));
                line.put("thrown", trace.toString());
            }
            return line + "\n";
        }
    }
}
