package io.forebay.main.process.crash;

import java.time.Instant;

/// What somebody outside of the gateway did or saw.
sealed interface Event {
    /// The name of the request it is about, or of the schedule; empty for what concerns all.
    String subject();

    // ---- clients

    /// A request is about to be sent, for the first time or again.
    record Invoked(Request request) implements Event {
        @Override
        public String subject() {
            return request.name();
        }
    }

    /// 202.
    record Accepted(Request request, String job) implements Event {
        @Override
        public String subject() {
            return request.name();
        }
    }

    /// A call's own answer came.
    record Answered(Request request, int status) implements Event {
        @Override
        public String subject() {
            return request.name();
        }
    }

    record Refused(Request request, int status, String problem) implements Event {
        @Override
        public String subject() {
            return request.name();
        }
    }

    /// Nobody knows what became of the request.
    record Unanswered(Request request) implements Event {
        @Override
        public String subject() {
            return request.name();
        }
    }

    /// Somebody asked for the status of a job that was accepted.
    record Seen(String subject, JobStatus status) implements Event {}

    /// A job that was accepted was not found.
    record Missing(String subject, String job) implements Event {}

    // ---- the upstream

    /// A call came in whole.
    ///
    /// @param job empty for one that is none, or not yet
    /// @param epoch of the lease under which it is made, 0 for a call that is no job
    record Arrived(String subject, String job, int attempt, int epoch) implements Event {}

    /// An answer is about to be sent.
    ///
    /// @param body its mark
    record Replied(String subject, int attempt, int status, String body) implements Event {}

    // ---- workers

    /// A worker was given a lease.
    ///
    /// @param untilMs when the lease ends, by the clock that the workers have too
    record Leased(Lease lease, long untilMs) implements Event {
        @Override
        public String subject() {
            return lease.request();
        }
    }

    /// A heartbeat was taken.
    record Renewed(Lease lease, long untilMs) implements Event {
        @Override
        public String subject() {
            return lease.request();
        }
    }

    /// A report is about to be sent.
    ///
    /// @param body its mark
    record Reporting(Lease lease, Verb verb, String body) implements Event {
        @Override
        public String subject() {
            return lease.request();
        }
    }

    record ReportTaken(Lease lease, Verb verb, String body) implements Event {
        @Override
        public String subject() {
            return lease.request();
        }
    }

    record ReportRefused(Lease lease, Verb verb, int status, String problem) implements Event {
        @Override
        public String subject() {
            return lease.request();
        }
    }

    record ReportUnanswered(Lease lease, Verb verb, String body) implements Event {
        @Override
        public String subject() {
            return lease.request();
        }
    }

    // ---- operators

    /// A schedule is in force; all its runs before this one are jobs.
    record InForce(String subject, Instant next) implements Event {}

    /// The gateway is about to be killed.
    record Killing() implements Event {
        @Override
        public String subject() {
            return "";
        }
    }

    /// It is ready again.
    record Ready() implements Event {
        @Override
        public String subject() {
            return "";
        }
    }
}
