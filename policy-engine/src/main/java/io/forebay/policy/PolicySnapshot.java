package io.forebay.policy;

import io.forebay.policy.route.RouteRule;
import io.forebay.policy.schedule.SchedulePolicy;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Everything the gateway needs to know of policy, at one generation. Made by the compiler, published by one volatile
/// write, read by every loop; an exchange keeps the one it began with. Immutable.
public final class PolicySnapshot {

    private final long generation;
    private final String revision;
    private final List<ListenerPolicy> listeners;
    private final List<PortListeners> ports;
    private final Map<String, RouteRule> rules;
    private final boolean hasAnonymousJobs;
    private final Map<String, BackendPolicy> backends;
    private final Map<String, QueuePolicy> queues;
    private final List<SchedulePolicy> schedules;

    /// Puts a snapshot together.
    ///
    /// @param generation grows by one with each published snapshot
    /// @param revision hash of the documents it was compiled from
    /// @param rules every rule, also those no listener serves: waiting jobs resolve their backends here; of one id
    ///     the first counts
    public PolicySnapshot(
            long generation,
            String revision,
            List<ListenerPolicy> listeners,
            List<RouteRule> rules,
            List<BackendPolicy> backends,
            List<QueuePolicy> queues,
            List<SchedulePolicy> schedules) {
        this.generation = generation;
        this.revision = revision;
        this.listeners = List.copyOf(listeners);
        this.ports = byPort(listeners);
        this.rules = new LinkedHashMap<>();
        rules.forEach(rule -> this.rules.putIfAbsent(rule.id(), rule));
        this.hasAnonymousJobs = rules.stream()
                .anyMatch(rule -> rule.offload() != null && rule.offload().anonymousCapability());
        this.backends = new LinkedHashMap<>();
        backends.forEach(backend -> this.backends.put(backend.id(), backend));
        this.queues = new LinkedHashMap<>();
        queues.forEach(queue -> this.queues.put(queue.id(), queue));
        this.schedules = List.copyOf(schedules);
    }

    /// A snapshot that serves nothing.
    public static PolicySnapshot empty() {
        return new PolicySnapshot(0, "", List.of(), List.of(), List.of(), List.of(), List.of());
    }

    private static List<PortListeners> byPort(List<ListenerPolicy> listeners) {
        Map<Integer, List<ListenerPolicy>> grouped = new LinkedHashMap<>();
        for (ListenerPolicy listener : listeners) {
            grouped.computeIfAbsent(listener.port(), port -> new ArrayList<>()).add(listener);
        }
        List<PortListeners> ports = new ArrayList<>();
        grouped.forEach((port, group) -> ports.add(new PortListeners(port, group)));
        return List.copyOf(ports);
    }

    public long generation() {
        return generation;
    }

    public String revision() {
        return revision;
    }

    public List<ListenerPolicy> listeners() {
        return listeners;
    }

    /// The ports to listen on, in the order of the documents.
    public List<PortListeners> ports() {
        return ports;
    }

    /// What is served on a port, or null. Creates nothing.
    public @Nullable PortListeners port(int port) {
        for (int i = 0; i < ports.size(); i++) {
            if (ports.get(i).port() == port) {
                return ports.get(i);
            }
        }
        return null;
    }

    /// A rule by namespace/name/rule, or null once it is gone.
    public @Nullable RouteRule rule(String id) {
        return rules.get(id);
    }

    /// All of them; copies them.
    public List<RouteRule> rules() {
        return List.copyOf(rules.values());
    }

    /// Whether some rule lets anonymous callers hold jobs by their URL alone.
    public boolean hasAnonymousJobs() {
        return hasAnonymousJobs;
    }

    /// A backend by namespace/name, or null.
    public @Nullable BackendPolicy backend(String id) {
        return backends.get(id);
    }

    public List<BackendPolicy> backends() {
        return List.copyOf(backends.values());
    }

    /// A queue by namespace/name, or null.
    public @Nullable QueuePolicy queue(String id) {
        return queues.get(id);
    }

    public List<QueuePolicy> queues() {
        return List.copyOf(queues.values());
    }

    public List<SchedulePolicy> schedules() {
        return schedules;
    }
}
