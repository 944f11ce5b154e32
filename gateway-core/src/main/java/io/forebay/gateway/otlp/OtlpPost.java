package io.forebay.gateway.otlp;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// Posts OTLP to one receiver, from one thread. A receiver that is away or busy (429, 502, 503, 504) is asked again
/// after
/// one second and after two. That it does not take what it gets is said once, and once more when it does again.
public final class OtlpPost implements AutoCloseable {
    private static final long PAUSE_NS = TimeUnit.SECONDS.toNanos(1);
    private static final Duration POST_TIMEOUT = Duration.ofSeconds(5);
    private static final int POSTS_MAX = 3;
    private static final Logger LOG = System.getLogger(OtlpPost.class.getName());

    private final URI target;
    private final String what;
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpClient client;
    private volatile boolean isClosing;
    private boolean isReceiverAway;

    /// @param what is posted, in the plural, for the log
    public OtlpPost(URI target, String what) {
        this.target = target;
        this.what = what;
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(POST_TIMEOUT)
                .executor(executor)
                .build();
    }

    /// Posts, up to three times, and waits for the answer; after [#noMoreRepeats] once.
    ///
    /// @param json a request of OTLP
    /// @return whether the receiver has taken it
    public boolean send(byte[] json) {
        HttpRequest request = HttpRequest.newBuilder(target)
                .timeout(POST_TIMEOUT)
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(json))
                .build();
        for (int post = 1; post <= POSTS_MAX; post++) {
            int status = post(request);
            if (status / 100 == 2) {
                receiverIsBack();
                return true;
            }
            boolean mayPass = status == 0 || status == 429 || (status >= 502 && status <= 504);
            if (!mayPass || isClosing) {
                return false;
            }
            pause(post * PAUSE_NS);
        }
        return false;
    }

    /// @return the status of the answer, or 0 where there was none
    private int post(HttpRequest request) {
        try {
            int status =
                    client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
            if (status / 100 != 2) {
                receiverIsAway("it answers " + status);
            }
            return status;
        } catch (IOException e) {
            receiverIsAway(String.valueOf(e));
            return 0;
        } catch (InterruptedException e) {
            isClosing = true;
            return 0;
        }
    }

    private void pause(long ns) {
        long endNs = System.nanoTime() + ns;
        while (!isClosing && System.nanoTime() < endNs) {
            LockSupport.parkNanos(this, endNs - System.nanoTime());
        }
    }

    private void receiverIsAway(String why) {
        if (!isReceiverAway) {
            isReceiverAway = true;
            LOG.log(Level.WARNING, "{0} are not taken by {1}: {2}", what, target, why);
        }
    }

    private void receiverIsBack() {
        if (isReceiverAway) {
            isReceiverAway = false;
            LOG.log(Level.INFO, "{0} are taken again by {1}", what, target);
        }
    }

    /// The process ends: what is sent from now on is posted once. Any thread; whoever pauses has to be woken.
    public void noMoreRepeats() {
        isClosing = true;
    }

    /// Ends a post that is under way.
    @Override
    public void close() {
        isClosing = true;
        client.shutdownNow();
        executor.shutdownNow();
    }
}
