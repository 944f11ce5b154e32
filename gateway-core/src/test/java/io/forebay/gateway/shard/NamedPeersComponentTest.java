package io.forebay.gateway.shard;

import static io.forebay.gateway.offload.JobFixture.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.gateway.discovery.TestNameServer;
import io.forebay.gateway.tls.LeakWatch;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Nodes that find each other by name, as pods do, at the name servers of their configuration.
@ExtendWith(LeakWatch.class)
class NamedPeersComponentTest {
    @Test
    void ownerIsWhereItsNameLeads(@TempDir Path folder) throws Exception {
        try (TestNameServer names = TestNameServer.start();
                Nodes nodes = new Nodes(
                        folder,
                        2,
                        Nodes.PULL,
                        new Nodes.Address("node-{shard}.test", names.settings()),
                        PeerSettings.CALLS_MAX_DEFAULT)) {
            String job = nodes.submit(0, "order");

            HttpResponse<byte[]> unknown = nodes.get(1, job);
            assertThat(unknown.statusCode()).as(text(unknown)).isEqualTo(503);
            assertThat(text(unknown)).contains("/problems/shard-unavailable\"", "\"reason\":\"no-ready-endpoint\"");

            names.addresses("node-0.test", 60, Nodes.host(0));
            assertThat(text(nodes.get(1, job))).contains("\"state\":\"queued\"");
            assertThat(names.questions).contains("node-0.test A");
        }
    }
}
