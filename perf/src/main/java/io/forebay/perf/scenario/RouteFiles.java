package io.forebay.perf.scenario;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/// Routes that differ by host, a file each in a policy folder; each says in its answers which change of it is live.
record RouteFiles(Path folder) {
    static final String GENERATION = "x-generation";

    static String host(String route) {
        return "r" + route + ".bench";
    }

    /// Writes a route, as a whole or not at all.
    void write(int route, int generation) throws IOException {
        Path file = folder.resolve("r" + route + ".yaml");
        Path part = folder.resolve("r" + route + ".part");
        Files.writeString(part, """
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: {name: r%d}
                spec:
                  parentRefs: [{name: routes}]
                  hostnames: [%s]
                  rules:
                  - filters: [{type: ResponseHeaderModifier, responseHeaderModifier: {set: [{name: %s, value: "%d"}]}}]
                    backendRefs: [{group: forebay.io, kind: Backend, name: origin}]
                """.formatted(route, host(Integer.toString(route)), GENERATION, generation));
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
