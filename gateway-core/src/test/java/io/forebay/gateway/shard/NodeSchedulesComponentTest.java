package io.forebay.gateway.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.forebay.gateway.offload.JobFixture;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeSchedulesComponentTest {
    private static final String SCHEDULE = """
            ---
            apiVersion: forebay.io/v1alpha1
            kind: Schedule
            metadata: {name: yearly}
            spec:
              schedule: "@yearly"
              targetRef: {group: gateway.networking.k8s.io, kind: HTTPRoute, name: open, sectionName: all}
              queue: reports
              request: {path: /open, hostname: shop.test}
            """;

    @Test
    void oneNodeOfSeveralRunsThem(@TempDir Path folder) throws Exception {
        try (Nodes nodes = Nodes.start(folder, 2, "{concurrency: 1}")) {
            // The one that would be wrong begins first.
            for (int node = 1; node >= 0; node--) {
                nodes.node(node).apply(JobFixture.policy(nodes.upstream.port(), "{concurrency: 1}") + SCHEDULE);
            }
            await().until(() -> nodes.node(0).gateway().schedules().size() == 1);

            assertThat(nodes.node(1).gateway().schedules()).isEmpty();
        }
    }
}
