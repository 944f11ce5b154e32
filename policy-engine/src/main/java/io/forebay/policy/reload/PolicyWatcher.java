package io.forebay.policy.reload;

import io.forebay.policy.reload.PolicyReloader.Applied;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.ClosedWatchServiceException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// Follows the policy directory and the files its objects name, on its own thread `policy-watcher`, and has the
/// [PolicyReloader] apply each change once the files were quiet. Events wake it, and only what they name is looked at;
/// a poll of inodes, sizes and times finds what they miss, such as changes behind links and on network file systems.
///
/// Started after [PolicyReloader#boot]; the reloader belongs to this thread from then on. [#close] by any thread.
public final class PolicyWatcher implements AutoCloseable {

    private static final Logger LOG = System.getLogger(PolicyWatcher.class.getName());
    private static final Duration CLOSE_WAIT = Duration.ofSeconds(5);

    /// Polls of many files are so rare that they take no more than one part in so many of a core.
    private static final int POLL_SHARE = 200;

    private final PolicyReloader reloader;
    private final FolderWatch watch;
    private final QuietPeriod quiet;
    private final long pollNs;
    private final Thread thread;
    private final ChangedPaths changed = ChangedPaths.anywhere();
    private long nextPollNs;
    private boolean isFailed; // the next poll tries again

    private PolicyWatcher(PolicyReloader reloader, FolderWatch watch) {
        ReloadSettings settings = reloader.settings();
        this.reloader = reloader;
        this.watch = watch;
        this.quiet = new QuietPeriod(
                TimeUnit.MILLISECONDS.toNanos(settings.quietMs()),
                TimeUnit.MILLISECONDS.toNanos(settings.settleMaxMs()));
        this.pollNs = TimeUnit.MILLISECONDS.toNanos(settings.pollMs());
        this.thread = Thread.ofPlatform().name("policy-watcher").daemon().unstarted(this::run);
    }

    /// Starts following a booted reloader's directory.
    public static PolicyWatcher start(PolicyReloader reloader) {
        try {
            PolicyWatcher watcher = new PolicyWatcher(reloader, new FolderWatch());
            watcher.thread.start();
            return watcher;
        } catch (IOException e) {
            throw new UncheckedIOException("file events are not to be had", e);
        }
    }

    /// Ends the thread; a reload under way is finished first.
    @Override
    public void close() {
        try {
            watch.close();
            thread.join(CLOSE_WAIT);
        } catch (IOException e) {
            LOG.log(Level.WARNING, "the watch does not close", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            // Files may have changed between boot and now: the first look counts as a change.
            quiet.changed(System.nanoTime());
            nextPollNs = System.nanoTime();
            while (true) {
                turn();
            }
        } catch (ClosedWatchServiceException e) {
            LOG.log(Level.DEBUG, "policy watcher closed");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void turn() throws InterruptedException {
        long nowNs = System.nanoTime();
        long waitNs = quiet.isPending() ? quiet.waitNs(nowNs) : nextPollNs - nowNs;
        if (watch.await(waitNs, changed)) {
            quiet.changed(System.nanoTime());
        }
        if (quiet.isDue(System.nanoTime())) {
            reload();
        }
        // A change that waits to be applied would be found by the poll once more.
        if (!quiet.isPending() && System.nanoTime() - nextPollNs >= 0) {
            poll();
        }
    }

    private void poll() {
        long beginNs = System.nanoTime();
        try {
            if (isFailed || reloader.directory().differs()) {
                changed.addAnywhere();
                quiet.changed(System.nanoTime());
            }
        } catch (IOException e) {
            unreadable(e);
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "the policy files cannot be looked at", e);
        }
        long endNs = System.nanoTime();
        nextPollNs = endNs + Math.max(pollNs, (endNs - beginNs) * POLL_SHARE);
    }

    private void unreadable(IOException e) {
        isFailed = true;
        reloader.unreadable(e);
    }

    private void reload() {
        try {
            PolicyFiles files = reloader.directory().read(changed);
            changed.clear();
            watch.watch(files.folders());
            if (!files.isSettled() && quiet.mayWaitOn(System.nanoTime())) {
                changed.addAnywhere();
                quiet.changed(System.nanoTime());
                return;
            }
            quiet.applied();
            isFailed = reloader.apply(files) == Applied.REFUSED;
        } catch (IOException e) {
            changed.addAnywhere();
            quiet.applied();
            unreadable(e);
        } catch (RuntimeException | StackOverflowError | LinkageError e) {
            changed.addAnywhere();
            quiet.applied();
            isFailed = true;
            LOG.log(Level.ERROR, "a policy reload failed; what is in force stays", e);
        }
    }
}
