package io.forebay.main.peer;

import io.forebay.gateway.shard.PeerTls;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/// Follows the [PeerFiles]: what they hold is used from the start, and anew once it changes. Files that cannot be used,
/// as while they are being replaced, change nothing; they are looked at again. Owns the thread `peer-certificates`.
public final class PeerCertificates implements AutoCloseable {
    private static final Logger LOG = System.getLogger(PeerCertificates.class.getName());
    private static final long LOOK_SECONDS = 10;

    private final PeerFiles files;
    private final Function<PeerTls, List<String>> user;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("peer-certificates").factory());
    private PeerTls used;
    private String complaint = "";

    private PeerCertificates(PeerFiles files, Function<PeerTls, List<String>> user, PeerTls used) {
        this.files = files;
        this.user = user;
        this.used = used;
    }

    /// Has what the files hold used, and begins to follow them.
    ///
    /// @param user makes use of it, and tells in one line each what went wrong; then it has changed nothing
    /// @throws IOException the files cannot be read or used
    public static PeerCertificates follow(PeerFiles files, Function<PeerTls, List<String>> user) throws IOException {
        PeerTls first = files.read();
        List<String> faults = user.apply(first);
        if (!faults.isEmpty()) {
            throw new IOException(String.join("\n", faults));
        }
        PeerCertificates followed = new PeerCertificates(files, user, first);
        followed.thread.scheduleWithFixedDelay(followed::look, LOOK_SECONDS, LOOK_SECONDS, TimeUnit.SECONDS);
        return followed;
    }

    /// Has it used if the files have changed. By one thread at a time.
    void look() {
        String fault;
        try {
            PeerTls now = files.read();
            if (now.equals(used)) {
                return;
            }
            fault = String.join("; ", user.apply(now));
            if (fault.isEmpty()) {
                used = now;
                LOG.log(Level.INFO, "the peers' certificates were replaced");
            }
        } catch (IOException e) {
            fault = String.valueOf(e.getMessage());
        }
        if (!fault.isEmpty() && !fault.equals(complaint)) {
            LOG.log(Level.WARNING, "the peers' certificates stay what they were: " + fault);
        }
        complaint = fault;
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
