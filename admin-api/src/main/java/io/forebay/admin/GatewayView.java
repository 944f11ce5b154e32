package io.forebay.admin;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The running gateway, as operators see it.
public interface GatewayView {
    /// What runs, since when, and where it listens.
    Reply<Status> status();

    /// The parts that must be well before traffic should come. Ready means all of them are.
    Reply<List<Part>> readiness();

    /// The features supported, under the Gateway API's conformance names.
    Reply<List<String>> features();

    /// The schedules in force, in any order.
    Reply<List<Schedule>> schedules();

    /// One schedule.
    ///
    /// @param name namespace/name
    /// @param waiting runs that are due and not yet jobs
    /// @param lastJob the id of the latest job, if the process has submitted or seen one
    record Schedule(
            String name,
            String schedule,
            String timeZone,
            String queue,
            boolean isSuspended,
            int waiting,
            @Nullable Instant nextRun,
            @Nullable String lastJob) {}

    /// The gateway at one moment.
    ///
    /// @param transport `io_uring`, `epoll` or `nio`
    /// @param generation of the policy that is live
    /// @param unwell the backends of which some endpoint is not healthy, in any order
    /// @param unresolved the names of endpoints whose last lookup brought no addresses, in any order
    /// @param overload what is shed
    record Status(
            String version,
            String transport,
            long generation,
            Instant startedAt,
            List<Listener> listeners,
            List<Backend> unwell,
            List<Name> unresolved,
            Overload overload) {
        public Status {
            listeners = List.copyOf(listeners);
            unwell = List.copyOf(unwell);
            unresolved = List.copyOf(unresolved);
        }
    }

    /// What the gateway runs short of, each 0 to 1, and what it does about it.
    ///
    /// @param stages by name, the mildest first; empty where nothing is shed
    record Overload(List<String> stages, double memory, double loopLag, double connections) {
        public Overload {
            stages = List.copyOf(stages);
        }
    }

    /// One backend with all its endpoints.
    ///
    /// @param name namespace/name
    /// @param isPanic whether so few endpoints are healthy that all are used
    record Backend(String name, boolean isPanic, List<Endpoint> endpoints) {
        public Backend {
            endpoints = List.copyOf(endpoints);
        }
    }

    /// One place where a backend listens.
    ///
    /// @param state `healthy`, `ejected` or `unhealthy`
    record Endpoint(String address, String state) {}

    /// One name under which endpoints are found.
    ///
    /// @param addresses how many are kept from its last good answer
    /// @param failures lookups in a row that brought none
    /// @param fault why the last one did not
    record Name(String hostname, int addresses, int failures, String fault) {}

    /// One open port.
    record Listener(String name, String protocol, String address, int port) {}

    /// One part of readiness.
    ///
    /// @param detail empty while all is well; shown to operators only
    record Part(String name, boolean isReady, String detail) {}
}
