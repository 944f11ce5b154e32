package io.forebay.mesh.discovery;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.mesh.Backend;
import io.forebay.mesh.BackendId;
import io.forebay.mesh.BackendSnapshot;
import io.forebay.mesh.Discovery;
import io.forebay.mesh.Endpoint;
import io.forebay.mesh.EndpointName;
import io.forebay.mesh.NameLookup;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NameTableTest {
    /// Times may be negative.
    private static final long START_NS = -seconds(100);

    private static final BackendId ID = new BackendId("n", "b");
    private static final NameQuery QUERY = new NameQuery("a.test", false, NameLookup.DEFAULT);
    private static final NameAnswer REFUSED = new NameAnswer.Failed("REFUSED");

    private final NameTable table = new NameTable();

    private static long seconds(long seconds) {
        return TimeUnit.SECONDS.toNanos(seconds);
    }

    private static NameAnswer found(long ttlNs, String... addresses) {
        return new NameAnswer.Found(
                Arrays.stream(addresses).map(FoundAddress::of).toList(), ttlNs, true);
    }

    private static Backend backend(NameLookup lookup, EndpointName... names) {
        return new Backend(ID, List.of()).withDiscovery(new Discovery(List.of(names), lookup));
    }

    private void follow(Backend backend) {
        table.follow(BackendSnapshot.of(1, List.of(backend)), START_NS);
    }

    private void followOne() {
        follow(backend(NameLookup.DEFAULT, new EndpointName("a.test", 80)));
    }

    /// Asks and answers at one moment.
    private boolean answer(NameAnswer answer, long nowNs) {
        assertThat(table.begin(nowNs)).containsExactly(QUERY);
        return table.answered(QUERY, answer, nowNs);
    }

    private List<String> endpoints() {
        return requireNonNull(table.found().backend(ID)).endpoints().stream()
                .map(Endpoint::toString)
                .toList();
    }

    private NameStatus status() {
        return requireNonNull(table.status(QUERY));
    }

    @Test
    void everyAddressIsAnEndpointInOneOrder() {
        followOne();
        assertThat(table.isSettled()).isFalse();
        assertThat(endpoints()).isEmpty();

        assertThat(answer(found(seconds(5), "10.0.0.2", "10.0.0.1", "::1"), START_NS))
                .isTrue();

        assertThat(table.isSettled()).isTrue();
        assertThat(endpoints()).containsExactly("10.0.0.1:80", "10.0.0.2:80", "[::1]:80");
        assertThat(status()).isEqualTo(new NameStatus("a.test", 3, 0, null));
        assertThat(answer(found(seconds(5), "::1", "10.0.0.1", "10.0.0.2"), START_NS + seconds(5)))
                .as("the same, turned around")
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "1, 1", "7, 7", "60, 60", "61, 60", "86400, 60"})
    void aNameIsAskedForAgainWhenItsRecordsAreTooOldWithinBounds(long ttlSeconds, long expectedSeconds) {
        followOne();
        answer(found(seconds(ttlSeconds), "10.0.0.1"), START_NS);

        assertThat(table.dueInNs(START_NS)).isEqualTo(seconds(expectedSeconds));
        assertThat(table.begin(START_NS + seconds(expectedSeconds) - 1)).isEmpty();
        assertThat(table.begin(START_NS + seconds(expectedSeconds))).containsExactly(QUERY);
        assertThat(table.dueInNs(START_NS + seconds(expectedSeconds))).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void theTimeOfRecordsMayBeLeftOutOfAccount() {
        NameLookup often = new NameLookup(NameLookup.Family.IPV4, seconds(3), false);
        follow(backend(often, new EndpointName("a.test", 80)));
        NameQuery query = table.begin(START_NS).getFirst();
        table.answered(query, found(seconds(1), "10.0.0.1"), START_NS);

        assertThat(table.dueInNs(START_NS)).isEqualTo(seconds(3));
    }

    @Test
    void whatWasGoodIsKeptWhateverComesAfterIt() {
        followOne();
        answer(found(seconds(1), "10.0.0.1"), START_NS);
        long nowNs = START_NS + seconds(1);
        assertThat(answer(new NameAnswer.Absent("NXDOMAIN", seconds(9)), nowNs)).isFalse();
        assertThat(status()).isEqualTo(new NameStatus("a.test", 1, 1, "NXDOMAIN"));
        assertThat(table.dueInNs(nowNs))
                .as("negative answers have their own time")
                .isEqualTo(seconds(9));

        nowNs += seconds(9);
        assertThat(answer(REFUSED, nowNs)).isFalse();
        nowNs += table.dueInNs(nowNs);
        NameAnswer part = new NameAnswer.Found(List.of(FoundAddress.of("10.0.0.9")), seconds(1), false);
        assertThat(answer(part, nowNs)).isFalse();
        assertThat(endpoints()).containsExactly("10.0.0.1:80");
        assertThat(status().failures()).isEqualTo(3);

        nowNs += table.dueInNs(nowNs);
        assertThat(answer(found(seconds(1), "10.0.0.3"), nowNs)).isTrue();
        assertThat(endpoints()).containsExactly("10.0.0.3:80");
        assertThat(status()).isEqualTo(new NameStatus("a.test", 1, 0, null));
    }

    @Test
    void addressesAreInTheZoneOfTheirName() {
        follow(backend(NameLookup.DEFAULT, new EndpointName("a.test", 80, "here")));
        answer(found(seconds(1), "10.0.0.1"), START_NS);
        assertThat(requireNonNull(table.found().backend(ID)).endpoints())
                .containsExactly(new Endpoint("10.0.0.1", 80, 1, 0, "a.test", "here"));
    }

    private long absentUntil(long untilNs, long fromNs) {
        long nowNs = fromNs;
        while (nowNs < untilNs) {
            nowNs += table.dueInNs(nowNs);
            if (nowNs < untilNs) {
                assertThat(answer(new NameAnswer.Absent("NXDOMAIN", seconds(40)), nowNs))
                        .isFalse();
            }
        }
        return nowNs;
    }

    @Test
    void aNameThatIsSaidToBeGoneForLongLosesItsAddresses() {
        followOne();
        answer(found(seconds(1), "10.0.0.1"), START_NS);
        long firstNs = START_NS + seconds(1);
        assertThat(answer(new NameAnswer.Absent("NXDOMAIN", seconds(40)), firstNs))
                .isFalse();
        long nowNs = absentUntil(firstNs + NameLookup.ABSENT_KEPT_NS, firstNs);
        assertThat(endpoints()).containsExactly("10.0.0.1:80");
        // Another policy does not begin the time anew.
        follow(backend(new NameLookup(NameLookup.Family.IPV4, seconds(50), true), new EndpointName("a.test", 80)));
        NameQuery later = table.begin(nowNs).getFirst();
        assertThat(table.answered(later, new NameAnswer.Absent("NXDOMAIN", seconds(40)), nowNs))
                .isTrue();
        assertThat(endpoints()).isEmpty();
        assertThat(table.status(later)).extracting(NameStatus::addresses).isEqualTo(0);
        nowNs += table.dueInNs(nowNs);
        assertThat(table.begin(nowNs)).containsExactly(later);
        assertThat(table.answered(later, found(seconds(1), "10.0.0.2"), nowNs)).isTrue();
        assertThat(endpoints()).containsExactly("10.0.0.2:80");
    }

    @Test
    void thatNobodyCanSayTakesNoAddressHoweverLongItLasts() {
        followOne();
        answer(found(seconds(1), "10.0.0.1"), START_NS);
        long nowNs = START_NS + seconds(1);
        answer(new NameAnswer.Absent("NXDOMAIN", seconds(1)), nowNs);
        for (int failure = 0; failure < 100; failure++) {
            nowNs += table.dueInNs(nowNs);
            assertThat(answer(REFUSED, nowNs)).isFalse();
        }
        assertThat(nowNs - START_NS).isGreaterThan(NameLookup.ABSENT_KEPT_NS);
        assertThat(endpoints()).containsExactly("10.0.0.1:80");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aNameThatIsFoundMeanwhileBeginsItsTimeAnew(boolean isWhole) {
        followOne();
        answer(found(seconds(1), "10.0.0.1"), START_NS);
        long firstNs = START_NS + seconds(1);
        answer(new NameAnswer.Absent("NXDOMAIN", seconds(40)), firstNs);
        long nowNs = absentUntil(firstNs + NameLookup.ABSENT_KEPT_NS, firstNs);
        answer(new NameAnswer.Found(List.of(FoundAddress.of("10.0.0.1")), seconds(1), isWhole), nowNs);
        nowNs += table.dueInNs(nowNs);
        assertThat(answer(new NameAnswer.Absent("NXDOMAIN", seconds(40)), nowNs))
                .isFalse();
        assertThat(endpoints()).containsExactly("10.0.0.1:80");
    }

    @Test
    void aPartIsBetterThanNothing() {
        followOne();
        NameAnswer part = new NameAnswer.Found(List.of(FoundAddress.of("10.0.0.9")), seconds(1), false);
        assertThat(answer(part, START_NS)).isTrue();
        assertThat(endpoints()).containsExactly("10.0.0.9:80");
    }

    @Test
    void failuresAreLookedAgainAtLessAndLessOften() {
        followOne();
        long nowNs = START_NS;
        for (int expected : new int[] {1, 2, 4, 8, 16, 30, 30}) {
            answer(REFUSED, nowNs);
            assertThat(table.dueInNs(nowNs)).isEqualTo(seconds(expected));
            nowNs += table.dueInNs(nowNs);
        }
        assertThat(table.isSettled()).isTrue();
        assertThat(endpoints()).isEmpty();
    }

    @Test
    void anotherPolicyKeepsWhatIsKnownOfNamesThatStay() {
        followOne();
        answer(found(seconds(50), "10.0.0.1"), START_NS);
        follow(backend(NameLookup.DEFAULT, new EndpointName("a.test", 81), new EndpointName("b.test", 82)));

        assertThat(endpoints()).containsExactly("10.0.0.1:81");
        assertThat(table.isSettled()).isFalse();
        assertThat(table.begin(START_NS)).extracting(NameQuery::hostname).containsExactly("b.test");
    }

    @Test
    void aNameThatIsLookedUpOtherwiseKeepsItsAddressesMeanwhile() {
        followOne();
        answer(found(seconds(50), "10.0.0.1"), START_NS);
        NameLookup other = new NameLookup(NameLookup.Family.IPV4_AND_IPV6, seconds(5), true);
        follow(backend(other, new EndpointName("a.test", 80)));

        assertThat(endpoints()).containsExactly("10.0.0.1:80");
        assertThat(table.isSettled()).isTrue();
        assertThat(table.begin(START_NS)).extracting(NameQuery::lookup).containsExactly(other);
    }

    @Test
    void anAnswerThatNobodyWaitsForAnyLongerChangesNothing() {
        followOne();
        assertThat(table.begin(START_NS)).hasSize(1);
        follow(new Backend(ID, List.of(new Endpoint("10.0.0.1", 80))));

        assertThat(table.answered(QUERY, found(seconds(1), "10.0.0.2"), START_NS))
                .isFalse();
        assertThat(endpoints()).containsExactly("10.0.0.1:80");
        assertThat(table.status(QUERY)).isNull();
    }

    @Test
    void backendsThatAskTheSameShareTheAnswer() {
        Backend one = backend(NameLookup.DEFAULT, new EndpointName("a.test", 80));
        Backend other = new Backend(new BackendId("n", "c"), List.of())
                .withDiscovery(new Discovery(List.of(new EndpointName("a.test", 90)), NameLookup.DEFAULT));
        table.follow(BackendSnapshot.of(1, List.of(one, other)), START_NS);
        answer(found(seconds(1), "10.0.0.1"), START_NS);

        assertThat(endpoints()).containsExactly("10.0.0.1:80");
        assertThat(requireNonNull(table.found().backend(other.id())).endpoints())
                .containsExactly(new Endpoint("10.0.0.1", 90, 1, 0, "a.test"));
        assertThat(table.statuses()).hasSize(1);
    }

    @Test
    void srvRecordsSayPortWeightAndPriority() {
        follow(backend(NameLookup.DEFAULT, EndpointName.service("_http._tcp.a.test")));
        NameQuery query = table.begin(START_NS).getFirst();
        assertThat(query.isService()).isTrue();
        table.answered(
                query,
                new NameAnswer.Found(
                        List.of(new FoundAddress("10.0.0.1", 81, 5, 2), new FoundAddress("10.0.0.9", 80, 3, 1)),
                        seconds(1),
                        true),
                START_NS);

        assertThat(requireNonNull(table.found().backend(ID)).endpoints())
                .containsExactly(new Endpoint("10.0.0.9", 80, 3, 1), new Endpoint("10.0.0.1", 81, 5, 2));
    }

    @Test
    void anAddressIsOneEndpointHoweverOftenItIsFoundAndThereAreNoMoreThanFit() {
        follow(new Backend(ID, List.of(new Endpoint("10.0.1.0", 80)))
                .withDiscovery(new Discovery(
                        List.of(new EndpointName("a.test", 80), new EndpointName("a.test", 80)), NameLookup.DEFAULT)));
        String[] many = IntStream.range(0, 100).mapToObj(i -> "10.0.1." + i).toArray(String[]::new);
        answer(found(seconds(1), many), START_NS);

        assertThat(endpoints())
                .hasSize(Backend.ENDPOINTS_MAX)
                .doesNotHaveDuplicates()
                .startsWith("10.0.1.0:80");
    }

    @Test
    void onlySoManyNamesAreAskedForAtATime() {
        EndpointName[] names = IntStream.range(0, NameTable.ASKED_MAX + 1)
                .mapToObj(i -> new EndpointName("a" + i + ".test", 80))
                .toArray(EndpointName[]::new);
        follow(backend(NameLookup.DEFAULT, names));

        List<NameQuery> first = table.begin(START_NS);
        assertThat(first).hasSize(NameTable.ASKED_MAX);
        assertThat(table.dueInNs(START_NS)).isEqualTo(Long.MAX_VALUE);
        table.answered(first.getFirst(), REFUSED, START_NS);
        assertThat(table.dueInNs(START_NS)).isZero();
        assertThat(table.begin(START_NS)).hasSize(1).doesNotContainAnyElementsOf(first);
    }
}
