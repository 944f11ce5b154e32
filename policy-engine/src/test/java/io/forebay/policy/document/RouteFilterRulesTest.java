package io.forebay.policy.document;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RouteFilterRulesTest {
    private static final String LONG = "a".repeat(254);
    private static final String RULES = "parentRefs: [{name: g}], rules: [{";
    private static final String REDIRECT = RULES + "filters: [{type: RequestRedirect, requestRedirect: {";
    private static final String REWRITE = RULES + "filters: [{type: URLRewrite, urlRewrite: {";
    private static final String MIRROR = RULES + "filters: [{type: RequestMirror, requestMirror: {";
    private static final String MIRRORED = MIRROR + "backendRef: {group: forebay.io, kind: Backend, ";
    private static final String CORS = RULES + "filters: [{type: CORS, cors: {";
    private static final String EXTENSION = RULES + "filters: [{type: ExtensionRef, extensionRef: {";
    private static final String END = "}}]}]";
    private static final String AT = "spec.rules[0].filters[0].";

    static List<RuleCase> redirects() {
        return RuleCase.all(
                REDIRECT + "scheme: ftp" + END,
                AT + "requestRedirect.scheme: found \"ftp\"",
                REDIRECT + "hostname: '*.a.b'" + END,
                AT + "requestRedirect.hostname: found \"*.a.b\"",
                REDIRECT + "hostname: " + LONG + END,
                AT + "requestRedirect.hostname: the text has 254",
                REDIRECT + "port: 0" + END,
                AT + "requestRedirect.port: found the number 0",
                REDIRECT + "statusCode: 304" + END,
                AT + "requestRedirect.statusCode: found the number 304; expected one of 301, 302, 303, 307, 308",
                RULES + "filters: [{type: RequestRedirect, requestRedirect: {}}, {type: URLRewrite, urlRewrite: {}}]}]",
                "spec.rules[0].filters: the filters RequestRedirect and URLRewrite exclude each other",
                RULES + "filters: [{type: RequestRedirect, requestRedirect: {}}, "
                        + "{type: ExtensionRef, extensionRef: {group: forebay.io, kind: HTTPRouteFilter, name: a}}]}]",
                "spec.rules[0].filters: the filters RequestRedirect and ExtensionRef exclude each other",
                RULES + "backendRefs: [{group: forebay.io, kind: Backend, name: a}], "
                        + "filters: [{type: RequestRedirect, requestRedirect: {}}]}]",
                "spec.rules[0].backendRefs: a rule that redirects has no backendRefs");
    }

    static List<RuleCase> paths() {
        return List.of(REDIRECT, REWRITE).stream()
                .flatMap(start -> pathCases(start).stream())
                .toList();
    }

    private static List<RuleCase> pathCases(String start) {
        String at = AT + (start.equals(REDIRECT) ? "requestRedirect.path" : "urlRewrite.path");
        String twice = start.replace(RULES, RULES + "matches: [{}, {}], ");
        String exact = start.replace(RULES, RULES + "matches: [{path: {type: Exact, value: /a}}], ");
        return RuleCase.all(
                start + "path: {replaceFullPath: /a}" + END,
                at + ": the field type is missing",
                start + "path: {type: Replace}" + END,
                at + ".type: found \"Replace\"",
                start + "path: {type: ReplaceFullPath}" + END,
                at + ": a path of type ReplaceFullPath needs the field replaceFullPath",
                start + "path: {type: ReplaceFullPath, replaceFullPath: /a, replacePrefixMatch: /b}" + END,
                at + ".replacePrefixMatch: a path of type ReplaceFullPath has no replacePrefixMatch",
                start + "path: {type: ReplaceFullPath, replaceFullPath: ''}" + END,
                at + ".replaceFullPath: the text has 0",
                start + "path: {type: ReplaceFullPath, replaceFullPath: a}" + END,
                at + ".replaceFullPath: the path does not start with /",
                start + "path: {type: ReplacePrefixMatch, replacePrefixMatch: /" + "a".repeat(1024) + "}" + END,
                at + ".replacePrefixMatch: the text has 1025",
                start + "path: {type: ReplacePrefixMatch, replacePrefixMatch: /a/../b}" + END,
                at + ".replacePrefixMatch: the path contains /../",
                twice + "path: {type: ReplacePrefixMatch, replacePrefixMatch: /a}" + END,
                at + ": replacePrefixMatch needs a rule with exactly one match, of type PathPrefix",
                exact + "path: {type: ReplacePrefixMatch, replacePrefixMatch: /a}" + END,
                at + ": replacePrefixMatch needs a rule with exactly one match, of type PathPrefix");
    }

    static List<RuleCase> others() {
        return RuleCase.all(
                REWRITE + "hostname: A" + END,
                AT + "urlRewrite.hostname: found \"A\"",
                REWRITE + "hostname: " + LONG + END,
                AT + "urlRewrite.hostname: the text has 254",
                MIRROR + END,
                AT + "requestMirror: the field backendRef is missing",
                MIRRORED + "}" + END,
                AT + "requestMirror.backendRef: the field name is missing",
                MIRRORED + "name: " + LONG + "}" + END,
                AT + "requestMirror.backendRef.name: the text has 254",
                MIRRORED + "name: a, namespace: a.b}" + END,
                AT + "requestMirror.backendRef.namespace: found \"a.b\"; expected a DNS label",
                MIRRORED + "name: a, port: 0}" + END,
                AT + "requestMirror.backendRef.port: found the number 0",
                MIRROR + "backendRef: {name: a, port: 80}" + END,
                AT + "requestMirror.backendRef: a backend of kind Service is not supported yet",
                MIRRORED + "name: a}, percent: 101" + END,
                AT + "requestMirror.percent: found the number 101",
                MIRRORED + "name: a}, fraction: {denominator: 2}" + END,
                AT + "requestMirror.fraction: the field numerator is missing",
                MIRRORED + "name: a}, fraction: {numerator: -1}" + END,
                AT + "requestMirror.fraction.numerator: found the number -1",
                MIRRORED + "name: a}, fraction: {numerator: 0, denominator: 0}" + END,
                AT + "requestMirror.fraction.denominator: found the number 0",
                MIRRORED + "name: a}, fraction: {numerator: 101}" + END,
                AT + "requestMirror.fraction: the fraction is more than the whole",
                MIRRORED + "name: a}, percent: 1, fraction: {numerator: 1}" + END,
                AT + "requestMirror: percent and fraction exclude each other",
                EXTENSION + "kind: HTTPRouteFilter, name: a" + END,
                AT + "extensionRef: the field group is missing",
                EXTENSION + "group: forebay.io, name: a" + END,
                AT + "extensionRef: the field kind is missing",
                EXTENSION + "group: forebay.io, kind: HTTPRouteFilter" + END,
                AT + "extensionRef: the field name is missing",
                EXTENSION + "group: x.io, kind: HTTPRouteFilter, name: a" + END,
                AT + "extensionRef.group: found \"x.io\"",
                EXTENSION + "group: forebay.io, kind: Filter, name: a" + END,
                AT + "extensionRef.kind: found \"Filter\"",
                EXTENSION + "group: forebay.io, kind: HTTPRouteFilter, name: " + LONG + END,
                AT + "extensionRef.name: the text has 254");
    }

    static List<RuleCase> cors() {
        List<RuleCase> cases = new ArrayList<>(RuleCase.all(
                CORS + "allowOrigins: [" + "'*',".repeat(65) + "]" + END,
                AT + "cors.allowOrigins: the list has 65",
                CORS + "allowOrigins: ['http://a', 'http://a']" + END,
                AT + "cors.allowOrigins[1]: the value is the same",
                CORS + "allowOrigins: ['http://" + LONG + "']" + END,
                AT + "cors.allowOrigins[0]: the text has 261",
                CORS + "allowOrigins: ['www.shop.example']" + END,
                AT + "cors.allowOrigins[0]: found \"www.shop.example\"; expected an origin",
                CORS + "allowOrigins: ['*', 'http://a']" + END,
                AT + "cors.allowOrigins: * stands for all and alone",
                CORS + "allowMethods: [" + "GET,".repeat(10) + "]" + END,
                AT + "cors.allowMethods: the list has 10",
                CORS + "allowMethods: [GET, GET]" + END,
                AT + "cors.allowMethods[1]: the value is the same",
                CORS + "allowMethods: [get]" + END,
                AT + "cors.allowMethods[0]: found \"get\"; did you mean \"GET\"?",
                CORS + "maxAge: 0" + END,
                AT + "cors.maxAge: found the number 0"));
        for (String list : List.of("allowHeaders", "exposeHeaders")) {
            cases.addAll(RuleCase.all(
                    CORS + list + ": [" + "a,".repeat(65) + "]" + END,
                    AT + "cors." + list + ": the list has 65",
                    CORS + list + ": [a, A]" + END,
                    AT + "cors." + list + "[1]: the value is the same",
                    CORS + list + ": ['a b']" + END,
                    AT + "cors." + list + "[0]: found \"a b\"; expected a header name",
                    CORS + list + ": [" + "a".repeat(257) + "]" + END,
                    AT + "cors." + list + "[0]: the text has 257",
                    CORS + list + ": ['*', a]" + END,
                    AT + "cors." + list + ": * stands for all and alone"));
        }
        return cases;
    }

    @ParameterizedTest
    @MethodSource({"redirects", "paths", "others", "cors"})
    void filterRule(RuleCase rule) {
        rule.verify("gateway.networking.k8s.io/v1", "HTTPRoute");
    }

    @Test
    void everyRowHasACase() {
        assertThat(RuleCase.rowsWithoutCase(RouteFilterRules.TABLE, all())).isEmpty();
    }

    static List<RuleCase> all() {
        List<RuleCase> all = new ArrayList<>(redirects());
        all.addAll(paths());
        all.addAll(others());
        all.addAll(cors());
        return all;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "www.shop.example",
                "https://",
                "https://shop.example/",
                "https://shop.example/menu",
                "https://a@shop.example",
                "https://shop.*",
                "https://a*.example",
                "https://*.*.example",
                "https://shop.example:port",
                "null",
            })
    void whatIsNoOriginIsRefused(String origin) {
        new RuleCase(CORS + "allowOrigins: ['" + origin + "']" + END, AT + "cors.allowOrigins[0]: found")
                .verify("gateway.networking.k8s.io/v1", "HTTPRoute");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                REDIRECT + "scheme: https, hostname: a.b, port: 8443, statusCode: 308, "
                        + "path: {type: ReplacePrefixMatch, replacePrefixMatch: ''}" + END,
                REWRITE + "hostname: a.b, path: {type: ReplaceFullPath, replaceFullPath: /a}" + END,
                MIRRORED + "name: a}, fraction: {numerator: 1, denominator: 1000}}}, {type: RequestMirror, "
                        + "requestMirror: {backendRef: {group: forebay.io, kind: Backend, name: b}, percent: 50" + END,
                CORS + "allowOrigins: ['https://a.example', 'https://*.b.example:8443', 'http://*'], "
                        + "allowMethods: [GET, PUT], allowHeaders: [x-a], exposeHeaders: ['*'], "
                        + "allowCredentials: true, maxAge: 600" + END,
                CORS + "allowOrigins: ['*']" + END,
                EXTENSION + "group: forebay.io, kind: HTTPRouteFilter, name: a" + END,
            })
    void wholeFilterIsTaken(String spec) {
        ParsedFile parsed = Parsing.parse("apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\n"
                + "metadata: {name: x}\nspec: {" + spec + "}\n");
        assertThat(parsed.diagnostics()).isEmpty();
        assertThat(parsed.documents()).hasSize(1);
    }
}
