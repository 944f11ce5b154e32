package io.forebay.main.process.crash;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// Makes requests, each with a number of its own. Any thread.
final class Wants {
    private final Map<Kind, List<Request>> made = new EnumMap<>(Kind.class);

    synchronized Request next(Kind kind, String line) {
        List<Request> ofKind = made.computeIfAbsent(kind, _ -> new ArrayList<>());
        Request request = new Request(kind, ofKind.size() + 1, line);
        ofKind.add(request);
        return request;
    }

    synchronized List<Request> all(Kind kind) {
        return List.copyOf(made.getOrDefault(kind, List.of()));
    }
}
