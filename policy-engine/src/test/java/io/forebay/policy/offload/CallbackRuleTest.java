package io.forebay.policy.offload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CallbackRuleTest {
    private static CallbackRule rule(boolean plainHttp, String... hosts) {
        return new CallbackRule("default/callbacks", TestKeys.signing(), List.of(hosts), false, plainHttp);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://shop.test/hooks?x=1",
                "HTTPS://SHOP.TEST",
                "https://shop.test:8443/a%20b",
                "https://192.0.2.1/",
                "https://[2001:db8::1]/"
            })
    void anHttpsUrlIsAccepted(String url) {
        assertThat(rule(false).accepted(url)).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "shop.test/hooks",
                "/hooks",
                "http://shop.test/",
                "ftp://shop.test/",
                "https:///hooks",
                "https://a:b@shop.test/",
                "https://shop.test/#part",
                "https://shop.test:0/",
                "https://shop.test:65536/",
                "https://shop_test/",
                "https://shop.test/a b",
                "mailto:shop@shop.test"
            })
    void whatIsNoneIsNot(String url) {
        assertThat(rule(false).accepted(url)).isEmpty();
    }

    @Test
    void aLongOneIsNot() {
        String base = "https://shop.test/";
        String longest = base + "x".repeat(CallbackRule.URL_CHARS_MAX - base.length());
        assertThat(rule(false).accepted(longest)).isPresent();
        assertThat(rule(false).accepted(longest + "x")).isEmpty();
    }

    @Test
    void hostsAndSchemesAreThoseOfThePolicy() {
        CallbackRule named = rule(true, "shop.test", "*.hooks.test");
        assertThat(named.accepted("http://shop.test/")).isPresent();
        assertThat(named.accepted("https://a.b.hooks.test/")).isPresent();
        for (String other : List.of("https://hooks.test/", "https://evilhooks.test/", "https://x.shop.test/")) {
            assertThat(named.accepted(other)).as(other).isEmpty();
        }
        assertThat(named.expected()).contains("http or https", "hosts");
    }

    /// The example of the specification: its key, id, time, body and signature.
    @Test
    void theSignatureIsThatOfStandardWebhooks() throws Exception {
        SigningKeys keys = SigningKeys.parse("# now\n" + TestKeys.EXAMPLE + "\n\n");
        byte[] body = "{\"test\": 2432232314}".getBytes(StandardCharsets.UTF_8);
        assertThat(keys.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, body))
                .isEqualTo("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    @Test
    void everyKeySignsAndNoneIsShown() throws Exception {
        String other = "whsec_" + "B".repeat(32);
        SigningKeys both = SigningKeys.parse(TestKeys.EXAMPLE + "\n" + other);
        assertThat(both.sign("id", 1, new byte[0]).split(" "))
                .containsExactly(
                        TestKeys.signing().sign("id", 1, new byte[0]),
                        SigningKeys.parse(other).sign("id", 1, new byte[0]));
        assertThat(both).hasToString("SigningKeys[2]").isNotEqualTo(TestKeys.signing());
        assertThat(TestKeys.signing()).isEqualTo(TestKeys.signing()).hasSameHashCodeAs(TestKeys.signing());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "# nothing", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_short", "whsec_!!!!", "a\nb"})
    void whatIsNoKeyIsRefusedWithoutBeingShown(String text) {
        assertThatThrownBy(() -> SigningKeys.parse(text))
                .isInstanceOf(SigningKeys.InvalidKeysException.class)
                .hasMessageNotContaining("MfKQ");
        assertThatThrownBy(() -> SigningKeys.parse((TestKeys.EXAMPLE + "\n").repeat(5)))
                .hasMessageContaining("5 keys");
    }
}
