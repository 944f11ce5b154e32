package io.forebay.gateway.offload;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.gateway.tls.LeakWatch;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Jobs find their backends by name as calls do.
@ExtendWith(LeakWatch.class)
class DiscoveredJobComponentTest {
    private static final String QUEUE = "{concurrency: 1}";

    @TempDir
    private Path folder;

    @Test
    void anAttemptGoesToAnAddressOfTheName() throws Exception {
        try (JobFixture jobs = JobFixture.start(folder, QUEUE)) {
            String port = "port: " + jobs.upstream.port();
            String byAddress = "ip: {address: 127.0.0.1, " + port;
            String policy = JobFixture.policy(jobs.upstream.port(), QUEUE);
            assertThat(policy).contains(byAddress);
            jobs.gateway.apply(policy.replace(byAddress, "fqdn: {hostname: localhost, " + port));

            jobs.awaitState(jobs.submit("/always/menu", "order"), "succeeded");

            assertThat(jobs.upstream.awaitCall().text()).isEqualTo("order");
            assertThat(jobs.gateway.gateway().names())
                    .allMatch(name -> name.addresses() == 1)
                    .isNotEmpty();
        }
    }
}
