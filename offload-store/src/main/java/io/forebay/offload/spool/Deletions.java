package io.forebay.offload.spool;

import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/// Whether files may be deleted now. Between [#begin] and [#end] one thread looks whether a file is anybody's
/// and deletes it; nothing begins while there is a hold. So a file that a job refers to when a hold is taken is
/// there until the hold is closed. Any thread.
final class Deletions {
    private final ReadWriteLock gate = new ReentrantReadWriteLock();

    /// Never waits; false while files are held.
    boolean begin() {
        return gate.readLock().tryLock();
    }

    /// By the thread that began.
    void end() {
        gate.readLock().unlock();
    }

    /// Waits for what has begun.
    FileHold hold() {
        gate.writeLock().lock();
        return gate.writeLock()::unlock;
    }
}
