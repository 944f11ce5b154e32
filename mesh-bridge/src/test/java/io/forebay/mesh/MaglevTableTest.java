package io.forebay.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MaglevTableTest {
    private static final int HASHES = 50_000;

    private static List<Endpoint> endpoints(int count) {
        List<Endpoint> endpoints = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            endpoints.add(new Endpoint("10.0.0." + i, 8080));
        }
        return endpoints;
    }

    private static long all(List<Endpoint> endpoints) {
        return endpoints.size() == 64 ? -1 : (1L << endpoints.size()) - 1;
    }

    private static int[] shares(List<Endpoint> endpoints, long ready) {
        MaglevTable table = MaglevTable.of(endpoints);
        SplittableRandom random = new SplittableRandom(7);
        int[] shares = new int[endpoints.size()];
        for (int i = 0; i < HASHES; i++) {
            shares[table.find(random.nextLong(), ready)]++;
        }
        return shares;
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 10, 64})
    void equalEndpointsHaveEqualShares(int count) {
        List<Endpoint> endpoints = endpoints(count);
        double fair = HASHES / (double) count;
        for (int share : shares(endpoints, all(endpoints))) {
            assertThat(share).isBetween((int) (fair - 6 * Math.sqrt(fair)) - 2, (int) (fair + 6 * Math.sqrt(fair)) + 2);
        }
    }

    @Test
    void sharesFollowTheWeights() {
        List<Endpoint> endpoints = List.of(new Endpoint("a", 1, 1), new Endpoint("b", 1, 3), new Endpoint("c", 1, 0));
        int[] shares = shares(endpoints, 0b11);
        assertThat(shares[0]).isBetween(HASHES / 4 - 800, HASHES / 4 + 800);
        assertThat(shares[2]).isZero();
    }

    @Test
    void whoLeavesThePolicyMovesAlmostNobodyElse() {
        List<Endpoint> before = endpoints(10);
        List<Endpoint> after = new ArrayList<>(before);
        Endpoint gone = after.remove(4);
        MaglevTable first = MaglevTable.of(before);
        MaglevTable second = MaglevTable.of(after);
        SplittableRandom random = new SplittableRandom(11);
        int moved = 0;
        int stayed = 0;
        for (int i = 0; i < HASHES; i++) {
            long hash = random.nextLong();
            Endpoint was = before.get(first.find(hash, all(before)));
            Endpoint is = after.get(second.find(hash, all(after)));
            if (!was.equals(gone)) {
                moved += was.equals(is) ? 0 : 1;
                stayed += was.equals(is) ? 1 : 0;
            }
        }
        assertThat(stayed).isPositive();
        // The paper's figure 12: with a table of this size about a hundredth.
        assertThat(moved / (double) (moved + stayed)).isLessThan(0.03);
    }

    @Test
    void whoIsNotReadyMovesNobodyElseAndIsSharedByAll() {
        List<Endpoint> endpoints = endpoints(10);
        MaglevTable table = MaglevTable.of(endpoints);
        long without = all(endpoints) & ~(1L << 4);
        SplittableRandom random = new SplittableRandom(13);
        int[] taken = new int[10];
        for (int i = 0; i < HASHES; i++) {
            long hash = random.nextLong();
            int was = table.find(hash, all(endpoints));
            int is = table.find(hash, without);
            if (was == 4) {
                taken[is]++;
            } else {
                assertThat(is).isEqualTo(was);
            }
        }
        double fair = HASHES / 10.0 / 9;
        for (int i = 0; i < 10; i++) {
            if (i != 4) {
                assertThat((double) taken[i]).isBetween(fair * 0.7, fair * 1.3);
            }
        }
        assertThat(taken[4]).isZero();
    }

    @Test
    void theOrderOfThePolicyHasNoMeaning() {
        List<Endpoint> endpoints = endpoints(10);
        List<Endpoint> shuffled = new ArrayList<>(endpoints);
        Collections.shuffle(shuffled, new Random(3));
        MaglevTable one = MaglevTable.of(endpoints);
        MaglevTable other = MaglevTable.of(shuffled);
        SplittableRandom random = new SplittableRandom(17);
        for (int i = 0; i < 1_000; i++) {
            long hash = random.nextLong();
            assertThat(shuffled.get(other.find(hash, all(shuffled))))
                    .isEqualTo(endpoints.get(one.find(hash, all(endpoints))));
        }
    }

    @Test
    void anEndpointTooLightForASlotIsFoundWhereNobodyElseIs() {
        List<Endpoint> endpoints = new ArrayList<>();
        for (int i = 0; i < 63; i++) {
            endpoints.add(new Endpoint("heavy" + i, 1, Endpoint.WEIGHT_MAX));
        }
        endpoints.add(new Endpoint("light", 1, 1));
        assertThat(MaglevTable.of(endpoints).find(99, 1L << 63)).isEqualTo(63);
    }
}
