package io.forebay.policy.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.policy.TestRequest;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestRedirectTest {

    private static RequestRedirect to(@Nullable String scheme, @Nullable String hostname, @Nullable Integer port) {
        return new RequestRedirect(scheme, hostname, port, null, 302);
    }

    /// The rules of HTTPRequestRedirectFilter for scheme and port.
    @ParameterizedTest
    @CsvSource({
        // scheme, port, is TLS, listener's port, expected
        ", , false, 80, http://shop.example/menu?day=1",
        ", , false, 8080, http://shop.example:8080/menu?day=1",
        ", , true, 443, https://shop.example/menu?day=1",
        ", , true, 8443, https://shop.example:8443/menu?day=1",
        "https, , false, 8080, https://shop.example/menu?day=1",
        "http, , true, 8443, http://shop.example/menu?day=1",
        "https, 443, false, 80, https://shop.example/menu?day=1",
        "https, 8443, false, 80, https://shop.example:8443/menu?day=1",
        "http, 443, false, 80, http://shop.example:443/menu?day=1",
        ", 80, false, 8080, http://shop.example/menu?day=1",
        ", 8080, false, 80, http://shop.example:8080/menu?day=1",
    })
    void schemeAndPort(
            @Nullable String scheme, @Nullable Integer port, boolean isTls, int listenerPort, String expected) {
        TestRequest request = TestRequest.get("shop.example", "/menu?day=1");
        assertThat(to(scheme, null, port).location(request, isTls, listenerPort))
                .isEqualTo(expected);
    }

    @Test
    void hostnameAndPathAreReplacedAndTheQueryStays() {
        RequestRedirect redirect = new RequestRedirect(null, "new.example", null, PathEdit.prefix("/old", "/new"), 301);
        assertThat(redirect.location(TestRequest.get("shop.example", "/old/menu?a=b"), false, 80))
                .isEqualTo("http://new.example/new/menu?a=b");
    }

    @Test
    void starIsNoPath() {
        TestRequest star = new TestRequest("OPTIONS", "shop.example", "*");
        assertThat(to("https", null, null).location(star, false, 80)).isEqualTo("https://shop.example/");
    }

    @Test
    void addressInBracketsStaysInBrackets() {
        assertThat(to("https", null, null).location(TestRequest.get("[::1]", "/"), false, 80))
                .isEqualTo("https://[::1]/");
    }

    @Test
    void requestWithoutAHostIsSentToThePathAlone() {
        assertThat(to(null, null, null).location(TestRequest.get("", "/menu"), false, 8080))
                .isEqualTo("/menu");
        assertThat(to(null, "shop.example", null).location(TestRequest.get("", "/menu"), false, 8080))
                .isEqualTo("http://shop.example:8080/menu");
    }
}
