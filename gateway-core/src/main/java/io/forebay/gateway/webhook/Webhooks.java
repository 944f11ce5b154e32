package io.forebay.gateway.webhook;

import io.forebay.gateway.http.LoopContext;
import io.forebay.policy.offload.CallbackRule;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.bootstrap.Bootstrap;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProtocols;
import io.netty.handler.ssl.SslProvider;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// Sends webhooks. Receivers' certificates are checked against the authorities of the JDK, and their names; handshakes
/// compute on the thread `webhook-tls`, not on loops. Shared by all loops.
public final class Webhooks implements AutoCloseable {
    private static final long TIMEOUT_MS_MAX = 30_000;

    private final List<Bootstrap> connectors;
    private final Supplier<SslContext> tls;
    private final ExecutorService tlsTasks;
    private final LongAdder delivered = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private @Nullable CompletableFuture<SslContext> context;

    /// @param connectors by loop index
    public Webhooks(List<Bootstrap> connectors) {
        this(connectors, Webhooks::publicAuthorities);
    }

    Webhooks(List<Bootstrap> connectors, Supplier<SslContext> tls) {
        this.connectors = List.copyOf(connectors);
        this.tls = tls;
        this.tlsTasks = Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, "webhook-tls");
            thread.setDaemon(true);
            return thread;
        });
    }

    private static SslContext publicAuthorities() {
        try {
            return SslContextBuilder.forClient()
                    .sslProvider(SslProvider.JDK)
                    .protocols(SslProtocols.TLS_v1_3, SslProtocols.TLS_v1_2)
                    .build();
        } catch (SSLException e) {
            throw new CompletionException(e);
        }
    }

    /// Sends a message once. On the loop.
    ///
    /// @param url one that `rule` accepts
    public WebhookCall send(
            LoopContext loop,
            URI url,
            WebhookMessage message,
            CallbackRule rule,
            long timeoutMs,
            WebhookCall.Listener listener) {
        WebhookCall call = new WebhookCall(loop, connectors.get(loop.index()), url, counted(listener));
        boolean isTls = "https".equalsIgnoreCase(url.getScheme());
        if (isTls) {
            context()
                    .whenComplete((made, fault) -> loop.eventLoop().execute(() -> {
                        if (made == null) {
                            call.fail("tls-failed", false);
                        } else {
                            start(call, message, rule, made, timeoutMs);
                        }
                    }));
        } else {
            start(call, message, rule, null, timeoutMs);
        }
        return call;
    }

    private void start(
            WebhookCall call, WebhookMessage message, CallbackRule rule, @Nullable SslContext made, long timeoutMs) {
        call.start(
                new WebhookCall.Request(
                        message.fields(rule.keys(), System.currentTimeMillis()), message.body(), made, tlsTasks),
                rule.privateAddresses(),
                Math.min(timeoutMs, TIMEOUT_MS_MAX));
    }

    /// Made when first needed: to read the authorities takes a while.
    private synchronized CompletableFuture<SslContext> context() {
        if (context == null || context.isCompletedExceptionally()) {
            context = CompletableFuture.supplyAsync(tls, tlsTasks);
        }
        return context;
    }

    private WebhookCall.Listener counted(WebhookCall.Listener listener) {
        return new WebhookCall.Listener() {
            @Override
            public void answered(int status, String retryAfter) {
                (status / 100 == 2 ? delivered : failed).increment();
                listener.answered(status, retryAfter);
            }

            @Override
            public void failed(String reason, boolean isFinal) {
                failed.increment();
                listener.failed(reason, isFinal);
            }
        };
    }

    /// Messages that a receiver took.
    public long delivered() {
        return delivered.sum();
    }

    /// Attempts that ended otherwise.
    public long failed() {
        return failed.sum();
    }

    /// Binds `forebay.webhooks`, by `outcome`.
    public void bind(MeterRegistry registry) {
        bind(registry, "delivered", delivered);
        bind(registry, "failed", failed);
    }

    private static void bind(MeterRegistry registry, String outcome, LongAdder count) {
        FunctionCounter.builder("forebay.webhooks", count, LongAdder::doubleValue)
                .tag("outcome", outcome)
                .description("Attempts to tell a webhook of the end of a job")
                .register(registry);
    }

    @Override
    public void close() {
        tlsTasks.shutdownNow();
    }
}
