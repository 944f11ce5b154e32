package io.forebay.policy.document;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPPathMatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class GrpcRouteRulesTest {
    private static final String RULE = "parentRefs: [{name: g}], rules: [{";
    private static final String CALL = RULE + "matches: [{method: {";
    private static final String FILTER = RULE + "filters: [{type: ";
    private static final String BACKEND =
            RULE + "backendRefs: [{group: forebay.io, kind: Backend, name: a, filters: [{";
    private static final Pattern OF_HTTP_ALONE =
            Pattern.compile("\\.path|queryParams|\\.method|retry|timeouts|externalAuth"
                    + "|equestRedirect|rlRewrite|cors|CORS|redirects|filters\\[0]\\.type");
    private static final String AT = "spec.rules[0].matches[0].method";

    static List<RuleCase> own() {
        return RuleCase.all(
                CALL + "type: Prefix, service: a.B}}]}]",
                AT + ".type: found \"Prefix\"; expected one of Exact, RegularExpression",
                CALL + "}}]}]",
                AT + ": the match names no call; expected service, method, or both",
                CALL + "service: a/B}}]}]",
                AT + ".service: found \"a/B\"; expected the name of a service of gRPC",
                CALL + "method: 'a.b'}}]}]",
                AT + ".method: found \"a.b\"; expected the name of a method of gRPC",
                CALL + "service: " + "a".repeat(1025) + "}}]}]",
                AT + ".service: the text has 1025",
                CALL + "method: " + "a".repeat(1025) + "}}]}]",
                AT + ".method: the text has 1025",
                CALL + "type: RegularExpression, service: '(a'}}]}]",
                AT + ".service: RE2 does not take the pattern",
                CALL + "type: RegularExpression, service: 'a)|(b'}}]}]",
                AT + ".service: RE2 does not take the pattern",
                CALL + "type: RegularExpression, method: '(?=a)b'}}]}]",
                AT + ".method: RE2 does not take the pattern",
                CALL + "type: RegularExpression, service: 'a{300}', method: 'b{300}'}}]}]",
                AT + ": service and method together: the pattern is too costly",
                RULE + "matches: [{headers: [{type: Regex, name: a, value: b}]}]}]",
                "spec.rules[0].matches[0].headers[0].type: found \"Regex\"",
                FILTER + "URLRewrite}]}]",
                "spec.rules[0].filters[0].type: found \"URLRewrite\"; expected one of ExtensionRef",
                BACKEND + "type: CORS}]}]}]",
                "spec.rules[0].backendRefs[0].filters[0].type: found \"CORS\"",
                BACKEND + "type: RequestMirror}]}]}]",
                "spec.rules[0].backendRefs[0].filters[0].type: RequestMirror is not supported yet");
    }

    /// What HTTPRoutes are told holds here too, word for word.
    static List<RuleCase> shared() {
        List<RuleCase> all = new ArrayList<>(GatewayApiRulesTest.routes());
        all.addAll(GatewayApiRulesTest.headerModifiers());
        all.addAll(RouteFilterRulesTest.all());
        all.addAll(SessionRulesTest.all());
        return all.stream()
                .filter(rule -> !OF_HTTP_ALONE.matcher(rule.expected()).find())
                .toList();
    }

    @ParameterizedTest
    @MethodSource({"own", "shared"})
    void routeRule(RuleCase rule) {
        rule.verify("gateway.networking.k8s.io/v1", "GRPCRoute");
    }

    @Test
    void everyRowHasACase() {
        List<RuleCase> all = new ArrayList<>(own());
        all.addAll(shared());
        assertThat(RuleCase.rowsWithoutCase(GrpcRouteRules.GRPC_ROUTE, all)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"timeouts: {request: 1s}", "retry: {}", "matches: [{path: {value: /a}}]"})
    void fieldsOfHttpRoutesAreUnknown(String field) {
        assertThat(Parsing.printed(route(field)))
                .anySatisfy(line -> assertThat(line)
                        .contains("p.yaml:4:")
                        .contains("error: GRPCRoute default/x: spec.rules[0].")
                        .contains("unknown field"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "service: shop.Menu, method: List              | Exact             | /shop.Menu/List",
                "service: shop.Menu                            | PathPrefix        | /shop.Menu",
                "method: List                                  | GRPCMethod        | List",
                "type: Exact, service: .Menu, method: _l       | Exact             | /.Menu/_l",
                "type: RegularExpression, service: 'a.*'       | RegularExpression | /(?:a.*)/[^/]+",
                "type: RegularExpression, method: 'Get.*'      | RegularExpression | /[^/]+/(?:Get.*)",
            })
    void callIsAPath(String call, String type, String value) {
        ParsedFile parsed = Parsing.parse(route("matches: [{method: {" + call + "}, headers: [{name: a, value: b}]}]"));
        assertThat(parsed.diagnostics()).isEmpty();
        Document.GrpcRoute route = (Document.GrpcRoute) parsed.documents().getFirst();
        HTTPPathMatch path =
                route.spec().getRules().getFirst().getMatches().getFirst().getPath();
        assertThat(path.getType()).isEqualTo(type);
        assertThat(path.getValue()).isEqualTo(value);
        assertThat(route.spec().getRules().getFirst().getMatches().getFirst().getHeaders())
                .hasSize(1);
    }

    /// The readable rest of a faulty route is told, so that what it would have taken fails closed.
    @Test
    void faultyRouteKeepsItsReadableRules() {
        FaultyDocument faulty = Parsing.parse(route("matches: [{method: {service: a/b}}], backendRefs: [{name: a}]"))
                .faulty()
                .getFirst();
        assertThat(Objects.requireNonNull(faulty.partialRoute()).getRules()).hasSize(1);
    }

    private static String route(String rule) {
        return "apiVersion: gateway.networking.k8s.io/v1\nkind: GRPCRoute\nmetadata: {name: x}\n"
                + "spec: {parentRefs: [{name: g}], rules: [{" + rule + "}]}\n";
    }
}
