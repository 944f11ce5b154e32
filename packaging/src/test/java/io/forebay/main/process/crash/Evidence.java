package io.forebay.main.process.crash;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toMap;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// All that a [Rule] judges by: the history, and what the gateway says of its jobs at the end. Immutable.
final class Evidence {
    private final List<Entry> entries;
    private final Map<String, List<Entry>> bySubject;
    private final Map<String, Request> requests = new LinkedHashMap<>();
    private final Map<String, FinalJob> jobs;
    private final Map<String, List<FinalJob>> byTrace;

    Evidence(List<Entry> entries, List<FinalJob> jobs) {
        this.entries = List.copyOf(entries);
        this.bySubject =
                entries.stream().collect(groupingBy(entry -> entry.event().subject()));
        this.jobs = jobs.stream().collect(toMap(FinalJob::id, job -> job));
        this.byTrace = jobs.stream().collect(groupingBy(job -> job.status().traceId()));
        entries.stream()
                .map(Entry::event)
                .filter(Event.Invoked.class::isInstance)
                .map(Event.Invoked.class::cast)
                .forEach(invoked -> requests.putIfAbsent(invoked.request().name(), invoked.request()));
    }

    List<Entry> entries() {
        return entries;
    }

    /// What was sent, each once, in the order in which it was sent first.
    List<Request> requests() {
        return List.copyOf(requests.values());
    }

    /// Null if nobody sent it.
    @Nullable
    Request request(String name) {
        return requests.get(name);
    }

    /// Every job that is over.
    List<FinalJob> jobs() {
        return List.copyOf(jobs.values());
    }

    /// Null if there is none.
    @Nullable
    FinalJob job(String id) {
        return jobs.get(id);
    }

    /// The jobs that a request has become.
    List<FinalJob> jobsOf(Request request) {
        return byTrace.getOrDefault(request.traceId(), List.of());
    }

    /// Events of one kind, in order.
    <E extends Event> Stream<E> all(Class<E> type) {
        return entries.stream().map(Entry::event).filter(type::isInstance).map(type::cast);
    }

    /// Events of one kind about one request.
    <E extends Event> List<E> about(String subject, Class<E> type) {
        return story(subject)
                .map(Entry::event)
                .filter(type::isInstance)
                .map(type::cast)
                .toList();
    }

    /// Everything about one request.
    Stream<Entry> story(String subject) {
        return bySubject.getOrDefault(subject, List.of()).stream();
    }

    /// The same as text, with the crashes in between and what became of it.
    String told(String subject) {
        String story = entries.stream()
                .filter(entry -> entry.event().subject().equals(subject)
                        || entry.event() instanceof Event.Killing
                        || entry.event() instanceof Event.Ready)
                .map(Entry::toString)
                .collect(joining("\n    ", "\n    ", ""));
        Request request = request(subject);
        return request == null ? story : story + "\n    in the end: " + jobsOf(request);
    }
}
