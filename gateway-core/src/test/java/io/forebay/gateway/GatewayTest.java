package io.forebay.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class GatewayTest {
    private static final long MIB = 1L << 20;

    @Test
    void cachedTokensFitTheHeap() {
        assertThat(Gateway.tokensMax(128 * MIB)).isBetween(14_000, 15_000);
        assertThat(Gateway.tokensMax(8L << 30)).isEqualTo(100_000);
        assertThat(Gateway.tokensMax(1)).isEqualTo(1);
    }
}
