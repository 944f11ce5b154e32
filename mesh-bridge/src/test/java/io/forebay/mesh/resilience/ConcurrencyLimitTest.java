package io.forebay.mesh.resilience;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.forebay.mesh.BackendLimits;
import io.forebay.mesh.BackendResource;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ConcurrencyLimitTest {
    @ParameterizedTest
    @EnumSource
    void eachResourceIsRefusedAtItsOwnLimit(BackendResource resource) {
        BackendLimits limits = new BackendLimits(2, 3, 4);
        ConcurrencyLimit limit = new ConcurrencyLimit(limits);
        int max = switch (resource) {
            case CONNECTIONS -> 2;
            case PENDING -> 3;
            case REQUESTS -> 4;
            case RETRIES -> 3;
        };
        for (int i = 0; i < max; i++) {
            assertThat(limit.tryAcquire(resource)).isTrue();
        }
        assertThat(limit.tryAcquire(resource)).isFalse();
        assertThat(limit.inUse(resource)).isEqualTo(max);
        for (BackendResource other : BackendResource.values()) {
            assertThat(limit.inUse(other)).isEqualTo(other == resource ? max : 0);
        }
        limit.release(resource);
        assertThat(limit.tryAcquire(resource)).isTrue();
    }

    @Test
    void retriesAreAFifthOfWhatIsActive() {
        ConcurrencyLimit limit = new ConcurrencyLimit(new BackendLimits(1, 1, 1_000));
        for (int i = 0; i < 100; i++) {
            limit.tryAcquire(BackendResource.REQUESTS);
        }
        int admitted = 0;
        while (limit.tryAcquire(BackendResource.RETRIES)) {
            admitted++;
        }
        assertThat(admitted).isEqualTo(20);
    }

    @Test
    void releasingMoreThanWasAcquiredIsAFaultAndChangesNothing() {
        ConcurrencyLimit limit = new ConcurrencyLimit(BackendLimits.DEFAULT);
        assertThatIllegalStateException()
                .isThrownBy(() -> limit.release(BackendResource.PENDING))
                .withMessage("released more pending than were acquired");
        assertThat(limit.inUse(BackendResource.PENDING)).isZero();
    }

    @Test
    void aLoweredLimitAdmitsNothingUntilTheCountIsBelowIt() {
        ConcurrencyLimit limit = new ConcurrencyLimit(new BackendLimits(1, 1, 3));
        for (int i = 0; i < 3; i++) {
            limit.tryAcquire(BackendResource.REQUESTS);
        }
        limit.adjust(new BackendLimits(1, 1, 2));
        limit.release(BackendResource.REQUESTS);
        assertThat(limit.tryAcquire(BackendResource.REQUESTS)).isFalse();
        limit.release(BackendResource.REQUESTS);
        assertThat(limit.tryAcquire(BackendResource.REQUESTS)).isTrue();
    }

    @Test
    void manyThreadsNeverExceedTheLimitAndLeaveNothingBehind() throws InterruptedException {
        int max = 3;
        ConcurrencyLimit limit = new ConcurrencyLimit(new BackendLimits(1, 1, max));
        AtomicInteger holders = new AtomicInteger();
        AtomicInteger highest = new AtomicInteger();
        Together.run(8, () -> {
            for (int i = 0; i < 20_000; i++) {
                if (limit.tryAcquire(BackendResource.REQUESTS)) {
                    highest.accumulateAndGet(holders.incrementAndGet(), Math::max);
                    holders.decrementAndGet();
                    limit.release(BackendResource.REQUESTS);
                }
            }
        });
        assertThat(highest.get()).isBetween(1, max);
        assertThat(limit.inUse(BackendResource.REQUESTS)).isZero();
    }
}
