package io.forebay.policy.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.policy.Claims;
import io.forebay.policy.HeaderName;
import io.forebay.policy.PeerIdentity;
import io.forebay.policy.Principal;
import io.forebay.policy.StableHash;
import io.forebay.policy.TenantRule;
import io.forebay.policy.TestRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SplitKeyTest {
    private static final long RANDOM = 42;
    private static final PeerIdentity PEER = new PeerIdentity("192.0.2.7", null);
    private static final long OF_AMINA = StableHash.of("amina");

    private static long point(SplitKey key, TestRequest request) {
        return key.point(request, Principal.ANONYMOUS, PEER, RANDOM);
    }

    private static TestRequest request() {
        return TestRequest.get("shop.example", "/");
    }

    private static SplitKey cookie(String name) {
        return new SplitKey.ByCookie(new SplitKey.CookieName(name));
    }

    /// Users would change sides if this value ever changed.
    @Test
    void hashIsTheSameForEver() {
        assertThat(StableHash.of("amina"))
                .isEqualTo(StableHash.of("xaminax".getBytes(StandardCharsets.US_ASCII), 1, 5));
        assertThat(StableHash.mix(1)).isEqualTo(0x5692161d100b05e5L);
    }

    @Test
    void headerIsReadByItsFirstLine() {
        SplitKey key = new SplitKey.ByHeader(HeaderName.of("x-user"));
        assertThat(point(key, request().with("x-user", "amina").with("x-user", "badri")))
                .isEqualTo(OF_AMINA);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "user=amina",
                "a=b; user=amina",
                "user=amina; user=badri",
                "xuser=badri; user=amina",
                "user; user=amina"
            })
    void cookieIsFoundByItsName(String field) {
        assertThat(point(cookie("user"), request().with("cookie", field))).isEqualTo(OF_AMINA);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "user", "user=", "users=amina", "amina", ";;"})
    void whoLacksTheCookieIsDealtByChance(String field) {
        assertThat(point(cookie("user"), request().with("cookie", field))).isEqualTo(RANDOM);
        assertThat(point(cookie("user"), request())).isEqualTo(RANDOM);
    }

    @Test
    void claimIsTheCallers() {
        Principal amina = Principal.ofToken(
                "idp",
                "https://idp.example",
                "1",
                new Claims(Map.of("name", List.of("amina"))),
                null,
                new TenantRule.OfPrincipal(),
                List.of());
        SplitKey key = new SplitKey.ByClaim("name");
        assertThat(key.point(request(), amina, PEER, RANDOM)).isEqualTo(OF_AMINA);
        assertThat(point(key, request())).isEqualTo(RANDOM);
    }

    @Test
    void addressIsThePeers() {
        assertThat(point(new SplitKey.ByAddress(), request())).isEqualTo(StableHash.of("192.0.2.7"));
    }
}
