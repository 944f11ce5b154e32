package io.forebay.policy.reload;

import io.forebay.policy.PolicySnapshot;

/// Stands between compile and publish: returns once everything that must be ready before the snapshot serves is
/// ready, such as the store having committed its queues. Called on the reloading thread (the caller's at boot, then
/// `policy-watcher`) and may block it; a snapshot it refuses is not published, and is offered again at the next poll.
@FunctionalInterface
public interface PublishGate {

    /// Lets every snapshot through at once.
    PublishGate OPEN = _ -> {};

    void prepare(PolicySnapshot next) throws PublishRefusedException;

    /// Why a snapshot cannot be served now.
    final class PublishRefusedException extends Exception {
        private static final long serialVersionUID = 1L;

        public PublishRefusedException(String message, Throwable cause) {
            super(message, cause);
        }

        public PublishRefusedException(String message) {
            super(message);
        }
    }
}
