package io.forebay.gateway.offload;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TenantNameTest {
    @Test
    void shortTenantKeepsItsName() {
        assertThat(TenantName.of("t".repeat(255))).isEqualTo("t".repeat(255));
    }

    @Test
    void tenantTooLongForTheStoreIsNamedByItsDigest() {
        String longName = "\u00e9".repeat(128);
        assertThat(TenantName.of(longName))
                .startsWith("sha-256:")
                .hasSize(72)
                .isEqualTo(TenantName.of(longName))
                .isNotEqualTo(TenantName.of(longName + "x"));
    }

    @Test
    void collectedBytesHaveABoundAndComeBack() {
        Collecting collecting = new Collecting(10);
        assertThat(collecting.tryTake(10)).isTrue();
        assertThat(collecting.tryTake(1)).isFalse();
        collecting.giveBack(4);
        assertThat(collecting.tryTake(4)).isTrue();
    }
}
