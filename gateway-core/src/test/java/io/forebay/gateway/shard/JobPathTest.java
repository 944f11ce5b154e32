package io.forebay.gateway.shard;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.gateway.http.RequestHead;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JobPathTest {
    private static final String JOB = "0192f0a1b2c3002a0123456789abcdef";

    private final JobPath paths = new JobPath("/_");

    @ParameterizedTest
    @CsvSource({
        "/_jobs/@, 42",
        "/_jobs/@/result, 42",
        "/_jobs/@/events?x=1, 42",
        "/_leases/@0000000100112233445566778/heartbeat, 42",
        "/_jobs/, -1",
        "/_jobs/0192f0a1b2c3, -1",
        "/_jobs/0192F0A1B2C3002A0123456789ABCDEF, -1",
        "/_queues/@/leases, -1",
        "/jobs/@, -1",
        "/@, -1",
    })
    void shardIsWhereTheIdHasIt(String target, int shard) {
        RequestHead head = new RequestHead();
        head.begin("GET", target.replace("@", JOB), "shop.test");
        assertThat(head.complete()).isNull();

        assertThat(paths.shard(head)).isEqualTo(shard);
    }
}
