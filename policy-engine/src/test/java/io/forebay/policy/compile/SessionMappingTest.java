package io.forebay.policy.compile;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRouteRule;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRouteRuleBuilder;
import io.forebay.policy.ByteSpan;
import io.forebay.policy.TestRequest;
import io.forebay.policy.route.SessionRule;
import org.junit.jupiter.api.Test;

class SessionMappingTest {
    private static HTTPRouteRuleBuilder rule() {
        return new HTTPRouteRuleBuilder().withNewSessionPersistence().endSessionPersistence();
    }

    private static SessionRule mapped(HTTPRouteRule rule) {
        return requireNonNull(SessionMapping.session("default/shop/r", rule));
    }

    private static String token(SessionRule session, TestRequest request) {
        long span = session.token(request);
        return ByteSpan.isPresent(span) ? request.text(span) : "";
    }

    @Test
    void sessionIsByDefaultACookieAsLongAsTheClientRuns() {
        SessionRule session = mapped(rule().build());
        String cookie = session.setCookie("T", false, 0);
        assertThat(cookie).matches("forebay-[0-9a-f]+=T; Path=/; HttpOnly");
        assertThat(session.lifetimeSeconds()).isZero();
        assertThat(session.idleSeconds()).isZero();
        assertThat(session.header()).isNull();
        assertThat(session.setCookie("T", true, 0)).isEqualTo(cookie + "; Secure");
        String name = cookie.substring(0, cookie.indexOf('='));
        assertThat(token(session, TestRequest.get("h", "/").with("cookie", "a=b; " + name + "=T2; c=d")))
                .isEqualTo("T2");
        assertThat(token(session, TestRequest.get("h", "/").with("cookie", "a=b")))
                .isEmpty();
    }

    @Test
    void permanentCookieSaysHowLong() {
        SessionRule session = mapped(new HTTPRouteRuleBuilder()
                .addNewMatch()
                .withNewPath("PathPrefix", "/menu")
                .endMatch()
                .withNewSessionPersistence()
                .withSessionName("s")
                .withAbsoluteTimeout("1h30m")
                .addToAdditionalProperties("idleTimeout", "10m")
                .withNewCookieConfig("Permanent")
                .endSessionPersistence()
                .build());
        assertThat(session.setCookie("T", false, 0)).isEqualTo("s=T; Path=/menu; Max-Age=5400; HttpOnly");
        assertThat(session.setCookie("T", false, 400)).isEqualTo("s=T; Path=/menu; Max-Age=5000; HttpOnly");
        assertThat(session.lifetimeSeconds()).isEqualTo(5400);
        assertThat(session.idleSeconds()).isEqualTo(600);
    }

    /// A cookie has one path, which browsers compare by characters.
    @Test
    void pathsThatNoCookieCouldHaveAreTheRoot() {
        for (String[] match :
                new String[][] {{"RegularExpression", "/a.*"}, {"Exact", "/a;b"}, {"PathPrefix", "/%C3%A9"}}) {
            SessionRule session = mapped(rule().addNewMatch()
                    .withNewPath(match[0], match[1])
                    .endMatch()
                    .build());
            assertThat(session.setCookie("T", false, 0)).as(match[1]).contains("; Path=/; ");
        }
        HTTPRouteRule two = rule().addNewMatch()
                .withNewPath("Exact", "/a")
                .endMatch()
                .addNewMatch()
                .withNewPath("Exact", "/b")
                .endMatch()
                .build();
        assertThat(mapped(two).setCookie("T", false, 0)).contains("; Path=/; ");
    }

    @Test
    void headerIsTheSameBothWays() {
        SessionRule session = mapped(new HTTPRouteRuleBuilder()
                .withNewSessionPersistence()
                .withSessionName("X-Session")
                .withType("Header")
                .withAbsoluteTimeout("10s")
                .endSessionPersistence()
                .build());
        assertThat(requireNonNull(session.header()).text()).isEqualTo("x-session");
        assertThat(session.lifetimeSeconds()).isEqualTo(10);
        assertThat(token(session, TestRequest.get("h", "/").with("x-session", "T")))
                .isEqualTo("T");
    }

    @Test
    void withoutAWordThereIsNoSession() {
        assertThat(SessionMapping.session("r", new HTTPRouteRuleBuilder().build()))
                .isNull();
    }
}
