package io.forebay.policy.document;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SessionRulesTest {
    private static final String SESSION = "parentRefs: [{name: g}], rules: [{sessionPersistence: {";
    private static final String END = "}}]";
    private static final String AT = "spec.rules[0].sessionPersistence";

    static List<RuleCase> all() {
        return RuleCase.all(
                SESSION + "sessionName: " + "a".repeat(129) + END,
                AT + ".sessionName: the text has 129",
                SESSION + "sessionName: 'a b'" + END,
                AT + ".sessionName: found \"a b\"; expected the name of a cookie",
                SESSION + "type: Header, sessionName: a_b" + END,
                AT + ".sessionName: found \"a_b\"; expected a header name",
                SESSION + "type: Header, sessionName: Connection" + END,
                AT + ".sessionName: the field Connection frames or routes the message",
                SESSION + "type: Header" + END,
                AT + ": a session of type Header needs the field sessionName",
                SESSION + "type: Address" + END,
                AT + ".type: found \"Address\"; expected one of Cookie, Header",
                SESSION + "absoluteTimeout: 1w" + END,
                AT + ".absoluteTimeout: found \"1w\"",
                SESSION + "absoluteTimeout: 10ms" + END,
                AT + ".absoluteTimeout: found \"10ms\"; expected a second or more",
                SESSION + "idleTimeout: 999ms" + END,
                AT + ".idleTimeout: found \"999ms\"; expected a second or more",
                SESSION + "idleTimeout: soon" + END,
                AT + ".idleTimeout: found \"soon\"",
                SESSION + "cookieConfig: {lifetimeType: Forever}" + END,
                AT + ".cookieConfig.lifetimeType: found \"Forever\"; expected one of Permanent, Session",
                SESSION + "type: Header, sessionName: a, cookieConfig: {}" + END,
                AT + ".cookieConfig: a session of type Header has no cookie",
                SESSION + "cookieConfig: {lifetimeType: Permanent}" + END,
                AT + ": a Permanent cookie needs the field absoluteTimeout");
    }

    @ParameterizedTest
    @MethodSource("all")
    void faultIsFound(RuleCase rule) {
        rule.verify("gateway.networking.k8s.io/v1", "HTTPRoute");
        rule.verify("gateway.networking.k8s.io/v1", "GRPCRoute");
    }

    @Test
    void everyRowHasACase() {
        assertThat(RuleCase.rowsWithoutCase(SessionRules.TABLE, all())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "sessionName: my_session, type: Cookie, absoluteTimeout: 1h, cookieConfig: {lifetimeType: Permanent}",
                "sessionName: X-Session, type: Header",
            })
    void wholeSessionIsTaken(String session) {
        for (String kind : List.of("HTTPRoute", "GRPCRoute")) {
            assertThat(Parsing.printed("apiVersion: gateway.networking.k8s.io/v1\nkind: " + kind
                            + "\nmetadata: {name: x}\nspec: {" + SESSION + session + END + "}\n"))
                    .isEmpty();
        }
    }
}
