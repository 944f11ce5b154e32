package io.forebay.gateway.tls;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.handler.ssl.ReferenceCountedOpenSslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.ReferenceCountUtil;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// Fails a test class when Netty's leak detector reports anything: buffers, engines or contexts.
public final class LeakWatch implements BeforeAllCallback, AfterAllCallback {
    private static final Logger DETECTOR = Logger.getLogger("io.netty.util.ResourceLeakDetector");
    private static final int ROUNDS = 5;

    private final List<String> reports = new CopyOnWriteArrayList<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord record) {
            if (String.valueOf(record.getMessage()).contains("LEAK")) {
                reports.add(record.getMessage());
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    void begin() {
        DETECTOR.addHandler(handler);
    }

    void end() {
        DETECTOR.removeHandler(handler);
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        begin();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        List<String> found = reportsAfterCollection();
        end();
        if (!found.isEmpty()) {
            throw new AssertionError("leaks: " + found);
        }
    }

    /// A detector reports when it tracks the next object of its kind after a collection, so one of each is
    /// made.
    List<String> reportsAfterCollection() {
        for (int round = 0; round < ROUNDS && reports.isEmpty(); round++) {
            System.gc();
            PooledByteBufAllocator.DEFAULT.buffer(1).release();
            ReferenceCountedOpenSslContext context = newContext();
            ReferenceCountUtil.release(context.newEngine(PooledByteBufAllocator.DEFAULT));
            context.release();
        }
        return List.copyOf(reports);
    }

    static ReferenceCountedOpenSslContext newContext() {
        try {
            return (ReferenceCountedOpenSslContext) SslContextBuilder.forClient()
                    .sslProvider(SslProvider.OPENSSL_REFCNT)
                    .build();
        } catch (SSLException e) {
            throw new AssertionError(e);
        }
    }
}
