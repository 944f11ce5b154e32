package io.forebay.gateway.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import org.junit.jupiter.api.Test;

class TicketKeysTest {
    private static final long START_MS = 1_000_000;
    private final TicketKeys keys = new TicketKeys(new SecureRandom(), START_MS);

    @Test
    void keysStayForAnHour() {
        TicketKeys.Generation first = keys.at(START_MS);
        assertThat(keys.at(START_MS + TicketKeys.ROTATION_MS - 1)).isSameAs(first);
        assertThat(first.inOrder()).hasSize(1);
    }

    @Test
    void keyBeforeTheCurrentOneStillOpens() {
        TicketKeys.Generation first = keys.at(START_MS);
        TicketKeys.Generation second = keys.at(START_MS + TicketKeys.ROTATION_MS);
        assertThat(second.number()).isEqualTo(first.number() + 1);
        assertThat(second.inOrder()).containsExactly(second.sealing(), first.sealing());
        assertThat(second.sealing().name()).isNotEqualTo(first.sealing().name());
        TicketKeys.Generation third = keys.at(START_MS + 2 * TicketKeys.ROTATION_MS);
        assertThat(third.inOrder()).containsExactly(third.sealing(), second.sealing());
    }

    @Test
    void keyIdleForTwoHoursOpensNothingAnyMore() {
        TicketKeys.Generation late = keys.at(START_MS + 2 * TicketKeys.ROTATION_MS);
        assertThat(late.opening()).isNull();
        assertThat(late.inOrder()).containsExactly(late.sealing());
    }

    @Test
    void clockThatStepsBackChangesNothing() {
        TicketKeys.Generation first = keys.at(START_MS);
        assertThat(keys.at(START_MS - 1)).isSameAs(first);
    }
}
