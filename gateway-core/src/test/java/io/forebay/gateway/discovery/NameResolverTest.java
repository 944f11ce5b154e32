package io.forebay.gateway.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.forebay.gateway.transport.Loops;
import io.forebay.gateway.transport.Transport;
import io.forebay.mesh.NameLookup;
import io.forebay.mesh.NameLookup.Family;
import io.forebay.mesh.discovery.FoundAddress;
import io.forebay.mesh.discovery.NameAnswer;
import io.forebay.mesh.discovery.NameQuery;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NameResolverTest {
    private static final String SERVICE = "_http._tcp.shop.test";

    private final TestNameServer server;
    private final Loops loops =
            new Loops(Transport.choose(Transport.EPOLL).transport(), 1, DnsSettings.SYSTEM.provider(), new Random(7));

    NameResolverTest() throws Exception {
        server = TestNameServer.start();
    }

    @AfterEach
    void close() {
        loops.close();
        server.close();
    }

    private NameAnswer resolved(NameQuery query, DnsSettings settings, SearchList search) throws Exception {
        try (NameResolver resolver = new NameResolver(
                loops.contexts().getFirst(),
                loops.nameQuestions(loops.contexts().getFirst()),
                settings,
                search)) {
            CompletableFuture<NameAnswer> answered = new CompletableFuture<>();
            resolver.resolve(query, answered::complete);
            return answered.get(60, TimeUnit.SECONDS);
        }
    }

    private NameAnswer addresses(String name, Family family) throws Exception {
        NameLookup lookup = new NameLookup(family, NameLookup.REFRESH_DEFAULT_NS, true);
        return resolved(new NameQuery(name, false, lookup), server.settings(), SearchList.NONE);
    }

    private NameAnswer service() throws Exception {
        return resolved(new NameQuery(SERVICE, true, NameLookup.DEFAULT), server.settings(), SearchList.NONE);
    }

    private static NameAnswer found(long ttlSeconds, String... addresses) {
        return new NameAnswer.Found(
                List.of(addresses).stream().map(FoundAddress::of).toList(), TimeUnit.SECONDS.toNanos(ttlSeconds), true);
    }

    @ParameterizedTest
    @CsvSource({
        "IPV4, 10.0.0.1 10.0.0.2",
        "IPV6, fd00::1",
        "IPV4_PREFERRED, 10.0.0.1 10.0.0.2",
        "IPV6_PREFERRED, fd00::1",
        "IPV4_AND_IPV6, 10.0.0.1 10.0.0.2 fd00::1"
    })
    void theFamilyIsTheWantedOne(Family family, String expected) throws Exception {
        server.addresses("a.test", 7, "10.0.0.1", "fd00::1", "10.0.0.2");
        assertThat(addresses("a.test", family)).isEqualTo(found(7, expected.split(" ", -1)));
    }

    @Test
    void theOtherFamilyIsTakenWhereThereIsNoneOfThePreferred() throws Exception {
        server.addresses("four.test", 7, "10.0.0.1").addresses("six.test", 8, "fd00::1");
        assertThat(addresses("four.test", Family.IPV6_PREFERRED)).isEqualTo(found(7, "10.0.0.1"));
        assertThat(addresses("six.test", Family.IPV4_PREFERRED)).isEqualTo(found(8, "fd00::1"));
        assertThat(addresses("six.test", Family.IPV4)).isInstanceOf(NameAnswer.Absent.class);
    }

    @Test
    void anAnswerOfWhichAHalfIsMissingSaysSo() throws Exception {
        server.addresses("a.test", 7, "10.0.0.1").failsForIpv6("a.test");
        assertThat(addresses("a.test", Family.IPV4_AND_IPV6))
                .isEqualTo(
                        new NameAnswer.Found(List.of(FoundAddress.of("10.0.0.1")), TimeUnit.SECONDS.toNanos(7), false));
    }

    @Test
    void aNameThatDoesNotExistIsAskedForOnceAndSaysForHowLong() throws Exception {
        server.negative(9);
        assertThat(addresses("gone.test", Family.IPV4_AND_IPV6))
                .isEqualTo(new NameAnswer.Absent("the name does not exist", TimeUnit.SECONDS.toNanos(9)));
        assertThat(server.questions).containsExactly("gone.test A");
    }

    @Test
    void aNameWithoutAddressesIsNotOneThatDoesNotExist() throws Exception {
        server.negative(-1).addresses("empty.test", 7);
        assertThat(addresses("empty.test", Family.IPV4_AND_IPV6))
                .isEqualTo(new NameAnswer.Absent("the name has no such address", TimeUnit.SECONDS.toNanos(5)));
        assertThat(server.questions).containsExactly("empty.test A", "empty.test AAAA");
    }

    @Test
    void aServerThatCannotSayIsAskedTwiceAndNamed() throws Exception {
        server.fails("a.test");
        assertThat(addresses("a.test", Family.IPV4)).isEqualTo(new NameAnswer.Failed("ServFail"));
        assertThat(server.questions).containsExactly("a.test A", "a.test A");
    }

    @Test
    void theNextServerIsAskedWhereTheFirstSaysNothingOrCannotSay() throws Exception {
        NameQuery query = new NameQuery("a.test", false, NameLookup.DEFAULT);
        try (TestNameServer second = TestNameServer.start()) {
            second.addresses("a.test", 7, "10.0.0.1");
            DnsSettings both = new DnsSettings(List.of(server.address(), second.address()));
            server.fails("a.test");
            assertThat(resolved(query, both, SearchList.NONE)).isEqualTo(found(7, "10.0.0.1"));
            server.isSilent("a.test");
            assertThat(resolved(query, both, SearchList.NONE)).isEqualTo(found(7, "10.0.0.1"));
        }
    }

    @Test
    void silenceIsNamed() throws Exception {
        server.isSilent("a.test");
        assertThat(addresses("a.test", Family.IPV4)).isEqualTo(new NameAnswer.Failed("no answer in time"));
    }

    @Test
    void anAnswerThatIsTooLongIsHadByTcp() throws Exception {
        server.addresses("a.test", 7, "10.0.0.1").cutOff("a.test");
        assertThat(addresses("a.test", Family.IPV4)).isEqualTo(found(7, "10.0.0.1"));
        assertThat(server.questions).containsExactly("a.test A", "a.test A tcp");
    }

    @Test
    void anAliasIsFollowedAndItsTimeCounts() throws Exception {
        server.alias("a.test", 3, "b.test").addresses("b.test", 7, "10.0.0.1");
        assertThat(addresses("a.test", Family.IPV4)).isEqualTo(found(3, "10.0.0.1"));
        assertThat(server.questions).containsExactly("a.test A", "b.test A");
    }

    @Test
    void anAliasThatIsAnsweredAlongWithItIsNotAskedForAgain() throws Exception {
        server.aliasWithAddress("a.test", 3, "b.test", "10.0.0.1");
        assertThat(addresses("a.test", Family.IPV4)).isEqualTo(found(3, "10.0.0.1"));
        assertThat(server.questions).containsExactly("a.test A");
    }

    @Test
    void aliasesThatGoRoundAreGivenUp() throws Exception {
        server.alias("a.test", 3, "b.test").alias("b.test", 3, "a.test");
        assertThat(addresses("a.test", Family.IPV4)).isEqualTo(new NameAnswer.Failed("too many aliases"));
    }

    @Test
    void shortNamesAreLookedForInTheDomainsOfTheSystem() throws Exception {
        server.addresses("menu.shop.test", 7, "10.0.0.1");
        SearchList search = new SearchList(List.of("other.test", "shop.test"), 1);
        assertThat(resolved(new NameQuery("menu", false, NameLookup.DEFAULT), server.settings(), search))
                .isEqualTo(found(7, "10.0.0.1"));
        assertThat(server.questions).containsExactly("menu.other.test A", "menu.shop.test A");
    }

    @Test
    void whatTheFileOfHostsHasIsAskedOfNobody() throws Exception {
        assertThat(addresses("localhost", Family.IPV4))
                .isEqualTo(new NameAnswer.Found(List.of(FoundAddress.of("127.0.0.1")), NameAnswer.UNTIL_REFRESH, true));
        assertThat(server.questions).isEmpty();
    }

    @Test
    void srvRecordsSayPortPriorityAndWeight() throws Exception {
        server.service(SERVICE, 9, 1, 5, 8080, "one.test")
                .service(SERVICE, 9, 2, 0, 8081, "two.test")
                .addresses("one.test", 7, "10.0.0.1", "10.0.0.2")
                .addresses("two.test", 8, "10.0.0.3");
        assertThat(service())
                .isEqualTo(new NameAnswer.Found(
                        List.of(
                                new FoundAddress("10.0.0.1", 8080, 5, 1),
                                new FoundAddress("10.0.0.2", 8080, 5, 1),
                                new FoundAddress("10.0.0.3", 8081, 1, 2)),
                        TimeUnit.SECONDS.toNanos(7),
                        true));
    }

    @Test
    void aTargetWithoutAddressesIsLeftOutAndOneThatCannotBeHadIsSaid() throws Exception {
        server.service(SERVICE, 9, 1, 5, 8080, "one.test")
                .service(SERVICE, 9, 1, 5, 8080, "gone.test")
                .addresses("one.test", 7, "10.0.0.1");
        List<FoundAddress> one = List.of(new FoundAddress("10.0.0.1", 8080, 5, 1));
        assertThat(service()).isEqualTo(new NameAnswer.Found(one, TimeUnit.SECONDS.toNanos(5), true));

        server.fails("gone.test");
        assertThat(service()).isEqualTo(new NameAnswer.Found(one, TimeUnit.SECONDS.toNanos(7), false));
    }

    @Test
    void aServiceThatNobodyOffersIsAbsent() throws Exception {
        server.service(SERVICE, 9, 0, 0, 0, ".");
        assertThat(service()).isInstanceOf(NameAnswer.Absent.class);
        server.forget(SERVICE);
        assertThat(service()).isInstanceOf(NameAnswer.Absent.class);
        server.fails(SERVICE);
        assertThat(service()).isEqualTo(new NameAnswer.Failed("ServFail"));
    }

    @Test
    void serversAreWrittenAsAddresses() {
        assertThat(DnsSettings.of("")).isEqualTo(DnsSettings.SYSTEM);
        assertThat(DnsSettings.of("10.0.0.2, 10.0.0.3:5353,[fd00::2]:54,fd00::3,[fd00::4]")
                        .servers())
                .containsExactly(
                        new InetSocketAddress("10.0.0.2", 53),
                        new InetSocketAddress("10.0.0.3", 5353),
                        new InetSocketAddress("fd00::2", 54),
                        new InetSocketAddress("fd00::3", 53),
                        new InetSocketAddress("fd00::4", 53));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"ns.test", "10.0.0.2,", "10.0.0.2:0", "10.0.0.2:65536", "10.0.0.2:x", ":53"})
    void whatIsNoAddressIsNoServer(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DnsSettings.of(text))
                .withMessageContaining("expected addresses of name servers");
    }

    @Test
    void theSystemsFileSaysWhereShortNamesAreLookedFor() {
        SearchList search = SearchList.parse(List.of(
                "# search none",
                "nameserver 10.0.0.1",
                "domain old.test",
                "search a.test  b.test",
                "options x ndots:2"));
        assertThat(search).isEqualTo(new SearchList(List.of("a.test", "b.test"), 2));
        assertThat(search.candidates("menu")).containsExactly("menu.a.test", "menu.b.test", "menu");
        assertThat(search.candidates("menu.a.b")).containsExactly("menu.a.b", "menu.a.b.a.test", "menu.a.b.b.test");
        assertThat(search.candidates("menu.")).containsExactly("menu.");
        assertThat(SearchList.parse(List.of("options ndots:99")).dots()).isEqualTo(15);
    }
}
