package io.forebay.policy.document;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GatewayApiRulesTest {

    private static final String LONG = "a".repeat(254);
    private static final String RULE = "parentRefs: [{name: g}], rules: [{backendRefs: [], ";
    private static final String MATCH = RULE + "matches: [{";
    private static final String REQUEST = RULE + "filters: [{type: RequestHeaderModifier, requestHeaderModifier: {";
    private static final String RESPONSE = RULE + "filters: [{type: ResponseHeaderModifier, responseHeaderModifier: {";
    private static final String BACKEND =
            "parentRefs: [{name: g}], rules: [{backendRefs: [{group: forebay.io, kind: Backend, ";
    private static final String BACKEND_FILTERS = BACKEND + "name: a, filters: [";
    private static final String BACKEND_REQUEST =
            BACKEND_FILTERS + "{type: RequestHeaderModifier, requestHeaderModifier: {";
    private static final String BACKEND_RESPONSE =
            BACKEND_FILTERS + "{type: ResponseHeaderModifier, responseHeaderModifier: {";
    private static final String LISTENER =
            "gatewayClassName: forebay, listeners: [{name: a, port: 80, protocol: HTTP, ";
    private static final String BACKEND_CLIENT = LISTENER + "}], tls: {backend: {clientCertificateRef: ";
    private static final String TLS =
            "gatewayClassName: forebay, listeners: [{name: a, port: 443, protocol: HTTPS, tls: {";
    private static final String FRONTEND =
            "gatewayClassName: forebay, listeners: [{name: a, port: 80, protocol: HTTP}], "
                    + "tls: {frontend: {default: {validation: {";

    static List<RuleCase> gateways() {
        return RuleCase.all(
                "listeners: [{name: a, port: 80, protocol: HTTP}]",
                "spec: the field gatewayClassName is missing",
                "gatewayClassName: Not_Ours, listeners: [{name: a, port: 80, protocol: HTTP}]",
                "spec.gatewayClassName: found \"Not_Ours\"; expected a DNS name",
                "gatewayClassName: " + LONG,
                "spec.gatewayClassName: the text has 254 characters; expected 1 to 253 characters",
                "gatewayClassName: forebay",
                "spec: the field listeners is missing",
                "gatewayClassName: forebay, listeners: []",
                "spec.listeners: the list has 0 entries; expected 1 to 64 entries",
                LISTENER + "hostname: a.b}, {name: a, port: 81, protocol: HTTP}]",
                "spec.listeners[1]: name is the same as on line 4",
                "gatewayClassName: forebay, listeners: [{port: 80, protocol: HTTP}]",
                "spec.listeners[0]: the field name is missing",
                "gatewayClassName: forebay, listeners: [{name: A, port: 80, protocol: HTTP}]",
                "spec.listeners[0].name: found \"A\"; expected a DNS name",
                "gatewayClassName: forebay, listeners: [{name: " + LONG + ", port: 80, protocol: HTTP}]",
                "spec.listeners[0].name: the text has 254",
                "gatewayClassName: forebay, listeners: [{name: a, protocol: HTTP}]",
                "spec.listeners[0]: the field port is missing",
                "gatewayClassName: forebay, listeners: [{name: a, port: 65536, protocol: HTTP}]",
                "spec.listeners[0].port: found the number 65536; expected a number from 1 to 65535",
                "gatewayClassName: forebay, listeners: [{name: a, port: 80}]",
                "spec.listeners[0]: the field protocol is missing",
                "gatewayClassName: forebay, listeners: [{name: a, port: 80, protocol: UDP}]",
                "spec.listeners[0].protocol: UDP is not supported yet; expected one of HTTP, HTTPS, TCP, TLS",
                "gatewayClassName: forebay, listeners: [{name: a, port: 80, protocol: HTPS}]",
                "spec.listeners[0].protocol: found \"HTPS\"; did you mean",
                LISTENER + "hostname: 'A.b'}]",
                "spec.listeners[0].hostname: found \"A.b\"; expected a host name",
                LISTENER + "hostname: " + LONG + "}]",
                "spec.listeners[0].hostname: the text has 254",
                LISTENER + "tls: {}}]",
                "spec.listeners[0].tls: an HTTP listener has no tls",
                "gatewayClassName: forebay, listeners: [{name: a, port: 443, protocol: HTTPS}]",
                "spec.listeners[0]: an HTTPS listener needs tls.certificateRefs",
                TLS + "mode: Pass, certificateRefs: [{name: a}]}}]",
                "spec.listeners[0].tls.mode: found \"Pass\"; expected one of Passthrough, Terminate",
                TLS + "mode: Passthrough}}]",
                "spec.listeners[0].tls.mode: an HTTPS listener terminates TLS; expected protocol: TLS",
                "gatewayClassName: forebay, listeners: [{name: a, port: 443, protocol: TLS}]",
                "spec.listeners[0]: a TLS listener that terminates needs certificateRefs; expected certificateRefs, or mode: Passthrough",
                "gatewayClassName: forebay, listeners: [{name: a, port: 443, protocol: TLS, tls: {mode: Terminate}}]",
                "spec.listeners[0].tls: a TLS listener that terminates needs certificateRefs",
                "gatewayClassName: forebay, listeners: [{name: a, port: 443, protocol: TLS, tls: {mode: Passthrough}, allowedRoutes: {kinds: [{kind: TCPRoute}]}}]",
                "spec.listeners[0].allowedRoutes.kinds[0]: a listener of protocol TLS takes no TCPRoute",
                "gatewayClassName: forebay, listeners: [{name: a, port: 443, protocol: TLS, tls: {mode: Passthrough, certificateRefs: [{name: a}]}}]",
                "spec.listeners[0].tls.certificateRefs: what passes through needs no certificate here",
                "gatewayClassName: forebay, listeners: [{name: a, port: 1, protocol: TCP, hostname: a.b}]",
                "spec.listeners[0].hostname: a TCP listener has no hostname",
                "gatewayClassName: forebay, listeners: [{name: a, port: 1, protocol: TCP, tls: {}}]",
                "spec.listeners[0].tls: a TCP listener has no tls",
                LISTENER + "allowedRoutes: {kinds: [{kind: TCPRoute}]}}]",
                "spec.listeners[0].allowedRoutes.kinds[0]: a listener of protocol HTTP takes no TCPRoute",
                "gatewayClassName: forebay, listeners: [{name: a, port: 1, protocol: TCP, allowedRoutes: {kinds: [{kind: TLSRoute}]}}]",
                "spec.listeners[0].allowedRoutes.kinds[0]: a listener of protocol TCP takes no TLSRoute",
                TLS + "certificateRefs: []}}]",
                "spec.listeners[0].tls.certificateRefs: the list has 0 entries",
                TLS + "certificateRefs: [{name: a}, {name: b}]}}]",
                "spec.listeners[0].tls.certificateRefs[1]: a second certificate of one listener is not supported yet",
                TLS + "certificateRefs: [{kind: Secret}]}}]",
                "spec.listeners[0].tls.certificateRefs[0]: the field name is missing",
                TLS + "certificateRefs: [{name: " + LONG + "}]}}]",
                "spec.listeners[0].tls.certificateRefs[0].name: the text has 254",
                TLS + "certificateRefs: [{name: a, group: x.io}]}}]",
                "spec.listeners[0].tls.certificateRefs[0].group: found \"x.io\"",
                TLS + "certificateRefs: [{name: a, kind: FileSecrets}]}}]",
                "spec.listeners[0].tls.certificateRefs[0].kind: found \"FileSecrets\"; did you mean \"FileSecret\"?",
                TLS + "certificateRefs: [{name: a}], options: {a: b}}}]",
                "spec.listeners[0].tls.options: this field is not supported yet",
                LISTENER + "allowedRoutes: {namespaces: {from: Selector}}}]",
                "spec.listeners[0].allowedRoutes.namespaces.from: Selector is not supported yet",
                LISTENER + "allowedRoutes: {namespaces: {selector: {}}}}]",
                "spec.listeners[0].allowedRoutes.namespaces.selector: this field is not supported yet",
                LISTENER + "allowedRoutes: {kinds: [" + "{kind: HTTPRoute},".repeat(9) + "]}}]",
                "spec.listeners[0].allowedRoutes.kinds: the list has 9 entries",
                LISTENER + "allowedRoutes: {kinds: [{group: gateway.networking.k8s.io}]}}]",
                "spec.listeners[0].allowedRoutes.kinds[0]: the field kind is missing",
                LISTENER + "allowedRoutes: {kinds: [{group: x, kind: HTTPRoute}]}}]",
                "spec.listeners[0].allowedRoutes.kinds[0].group: found \"x\"",
                LISTENER + "allowedRoutes: {kinds: [{kind: UDPRoute}]}}]",
                "spec.listeners[0].allowedRoutes.kinds[0].kind: UDPRoute is not supported yet",
                LISTENER + "}], tls: {frontend: {}}",
                "spec.tls.frontend: the field default is missing",
                LISTENER + "}], tls: {frontend: {perPort: []}}",
                "spec.tls.frontend.perPort: this field is not supported yet",
                FRONTEND + "}}}}",
                "spec.tls.frontend.default.validation: the field caCertificateRefs is missing",
                FRONTEND + "caCertificateRefs: []}}}}",
                "spec.tls.frontend.default.validation.caCertificateRefs: the list has 0 entries; expected 1 to 8",
                FRONTEND + "caCertificateRefs: [{kind: Secret, name: a}]}}}}",
                "spec.tls.frontend.default.validation.caCertificateRefs[0]: the field group is missing",
                FRONTEND + "caCertificateRefs: [{group: '', name: a}]}}}}",
                "spec.tls.frontend.default.validation.caCertificateRefs[0]: the field kind is missing",
                FRONTEND + "caCertificateRefs: [{group: '', kind: Secret}]}}}}",
                "spec.tls.frontend.default.validation.caCertificateRefs[0]: the field name is missing",
                FRONTEND + "caCertificateRefs: [{group: '', kind: Secret, name: " + LONG + "}]}}}}",
                "spec.tls.frontend.default.validation.caCertificateRefs[0].name: the text has 254",
                FRONTEND + "caCertificateRefs: [{group: x, kind: Secret, name: a}]}}}}",
                "spec.tls.frontend.default.validation.caCertificateRefs[0].group: found \"x\"",
                FRONTEND + "caCertificateRefs: [{group: '', kind: X, name: a}]}}}}",
                "spec.tls.frontend.default.validation.caCertificateRefs[0].kind: found \"X\"",
                FRONTEND + "mode: Allow}}}}",
                "spec.tls.frontend.default.validation.mode: found \"Allow\"",
                LISTENER + "}], tls: {backend: {}}",
                "spec.tls.backend: the field clientCertificateRef is missing",
                BACKEND_CLIENT + "{}}}",
                "spec.tls.backend.clientCertificateRef: the field name is missing",
                BACKEND_CLIENT + "{name: " + "a".repeat(254) + "}}}",
                "spec.tls.backend.clientCertificateRef.name: the text has 254",
                BACKEND_CLIENT + "{group: x, name: a}}}",
                "spec.tls.backend.clientCertificateRef.group: found \"x\"",
                BACKEND_CLIENT + "{kind: X, name: a}}}",
                "spec.tls.backend.clientCertificateRef.kind: found \"X\"",
                LISTENER + "}], addresses: []",
                "spec.addresses: this field is not supported yet",
                LISTENER + "}], infrastructure: {}",
                "spec.infrastructure: this field is not supported yet",
                LISTENER + "}], allowedListeners: {}",
                "spec.allowedListeners: this field is not supported yet",
                LISTENER + "}], defaultScope: All",
                "spec.defaultScope: this field is not supported yet");
    }

    static List<RuleCase> routes() {
        return RuleCase.all(
                "rules: [{backendRefs: []}]",
                "spec: the field parentRefs is missing",
                "parentRefs: [], rules: [{}]",
                "spec.parentRefs: the list has 0 entries; expected 1 to 32",
                "parentRefs: [{kind: Gateway}], rules: [{}]",
                "spec.parentRefs[0]: the field name is missing",
                "parentRefs: [{name: " + LONG + "}]",
                "spec.parentRefs[0].name: the text has 254",
                "parentRefs: [{name: g, group: x}]",
                "spec.parentRefs[0].group: found \"x\"",
                "parentRefs: [{name: g, kind: Service}]",
                "spec.parentRefs[0].kind: Service is not supported yet",
                "parentRefs: [{name: g, namespace: a.b}]",
                "spec.parentRefs[0].namespace: found \"a.b\"; expected a DNS label",
                "parentRefs: [{name: g, namespace: " + "a".repeat(64) + "}]",
                "spec.parentRefs[0].namespace: the text has 64",
                "parentRefs: [{name: g, sectionName: A}]",
                "spec.parentRefs[0].sectionName: found \"A\"",
                "parentRefs: [{name: g, sectionName: " + LONG + "}]",
                "spec.parentRefs[0].sectionName: the text has 254",
                "parentRefs: [{name: g, port: 0}]",
                "spec.parentRefs[0].port: found the number 0; expected a number from 1 to 65535",
                "parentRefs: [{name: g}, {name: g}]",
                "spec.parentRefs[1]: group, kind, namespace, name, sectionName, port is the same as on line 4",
                "parentRefs: [{name: g}], rules: [{}], useDefaultGateways: All",
                "spec.useDefaultGateways: this field is not supported yet",
                "hostnames: [" + "a.b,".repeat(17) + "]",
                "spec.hostnames: the list has 17 entries",
                "hostnames: [a.b, a.b]",
                "spec.hostnames[1]: the value is the same as on line 4",
                "hostnames: ['*.*.b']",
                "spec.hostnames[0]: found \"*.*.b\"; expected a host name",
                "hostnames: [" + LONG + "]",
                "spec.hostnames[0]: the text has 254",
                "parentRefs: [{name: g}], rules: []",
                "spec.rules: the list has 0 entries; expected 1 to 16",
                "parentRefs: [{name: g}]",
                "spec: the field rules is missing",
                "rules: [{name: a}, {name: a}]",
                "spec.rules[1]: name is the same as on line 4",
                "rules: [{name: A}]",
                "spec.rules[0].name: found \"A\"",
                "rules: [{name: " + LONG + "}]",
                "spec.rules[0].name: the text has 254",
                "rules: [{retry: {codes: [" + "500,".repeat(17) + "]}}]",
                "spec.rules[0].retry.codes: the list has 17 entries; expected 0 to 16",
                "rules: [{retry: {codes: [200]}}]",
                "spec.rules[0].retry.codes[0]: found the number 200; expected",
                "rules: [{retry: {attempts: 11}}]",
                "spec.rules[0].retry.attempts: found the number 11; expected",
                "rules: [{retry: {backoff: 1w}}]",
                "spec.rules[0].retry.backoff: found \"1w\"",
                "rules: [{timeouts: {request: 1s, backendRequest: 2s}}]",
                "spec.rules[0].timeouts: backendRequest is longer than request",
                "rules: [{timeouts: {request: 1.5s}}]",
                "spec.rules[0].timeouts.request: found \"1.5s\"; expected a duration",
                "rules: [{timeouts: {backendRequest: 2}}]",
                "spec.rules[0].timeouts.backendRequest: found the number 2; expected a string",
                "rules: [{timeouts: {backendRequest: 2d}}]",
                "spec.rules[0].timeouts.backendRequest: found \"2d\"; expected a duration",
                RULE + "matches: [" + "{},".repeat(65) + "]}]",
                "spec.rules[0].matches: the list has 65 entries",
                "rules: [" + ("{matches: [" + "{},".repeat(43) + "]},").repeat(3) + "]",
                "spec.rules: the rules have 129 matches together; expected at most 128",
                MATCH + "path: {type: RegularExpression, value: '(?=a)b'}}]}]",
                "spec.rules[0].matches[0].path.value: RE2 does not take the pattern",
                MATCH + "path: {type: RegularExpression, value: '(a{100}){10}'}}]}]",
                "spec.rules[0].matches[0].path.value: the pattern is too costly",
                MATCH + "path: {type: RegularExpression}}]}]",
                "spec.rules[0].matches[0].path: a path of type RegularExpression needs the field value",
                MATCH + "path: {type: Prefix, value: /a}}]}]",
                "spec.rules[0].matches[0].path.type: found \"Prefix\"",
                MATCH + "path: {value: ''}}]}]",
                "spec.rules[0].matches[0].path.value: the text has 0 characters",
                MATCH + "path: {value: menu}}]}]",
                "spec.rules[0].matches[0].path.value: the path does not start with /",
                MATCH + "path: {value: /a//b}}]}]",
                "spec.rules[0].matches[0].path.value: the path contains //",
                MATCH + "path: {value: /a/../b}}]}]",
                "spec.rules[0].matches[0].path.value: the path contains /../",
                MATCH + "path: {value: /a/%2e%2E/b}}]}]",
                "spec.rules[0].matches[0].path.value: the path contains /../",
                MATCH + "path: {value: /a%2Fb}}]}]",
                "spec.rules[0].matches[0].path.value: the path contains %2F",
                MATCH + "path: {value: /a%5cb}}]}]",
                "spec.rules[0].matches[0].path.value: the path contains %5C",
                MATCH + "path: {value: /a%00b}}]}]",
                "spec.rules[0].matches[0].path.value: the path contains %00",
                MATCH + "path: {value: /a/..}}]}]",
                "spec.rules[0].matches[0].path.value: the path ends with a dot segment",
                MATCH + "path: {value: /a/.%2E}}]}]",
                "spec.rules[0].matches[0].path.value: the path ends with a dot segment",
                MATCH + "path: {value: '/a b'}}]}]",
                "spec.rules[0].matches[0].path.value: the path has a character",
                MATCH + "method: get}]}]",
                "spec.rules[0].matches[0].method: found \"get\"; did you mean \"GET\"?",
                MATCH + "headers: [" + "{name: a, value: b},".repeat(17) + "]}]}]",
                "spec.rules[0].matches[0].headers: the list has 17 entries",
                MATCH + "headers: [{name: a, value: b}, {name: A, value: c}]}]}]",
                "spec.rules[0].matches[0].headers[1]: name is the same as on line 4",
                MATCH + "headers: [{value: b}]}]}]",
                "spec.rules[0].matches[0].headers[0]: the field name is missing",
                MATCH + "headers: [{name: a}]}]}]",
                "spec.rules[0].matches[0].headers[0]: the field value is missing",
                MATCH + "headers: [{type: Regex, name: a, value: b}]}]}]",
                "spec.rules[0].matches[0].headers[0].type: found \"Regex\"",
                MATCH + "headers: [{type: RegularExpression, name: a, value: '[b'}]}]}]",
                "spec.rules[0].matches[0].headers[0].value: RE2 does not take the pattern",
                MATCH + "headers: [{name: x_a, value: b}]}]}]",
                "spec.rules[0].matches[0].headers[0].name: found \"x_a\"; expected a header name",
                MATCH + "headers: [{name: " + "a".repeat(257) + ", value: b}]}]}]",
                "spec.rules[0].matches[0].headers[0].name: the text has 257",
                MATCH + "headers: [{name: a, value: ''}]}]}]",
                "spec.rules[0].matches[0].headers[0].value: the text has 0",
                MATCH + "queryParams: [" + "{name: a, value: b},".repeat(17) + "]}]}]",
                "spec.rules[0].matches[0].queryParams: the list has 17 entries",
                MATCH + "queryParams: [{name: a, value: b}, {name: a, value: c}]}]}]",
                "spec.rules[0].matches[0].queryParams[1]: name is the same as on line 4",
                MATCH + "queryParams: [{value: b}]}]}]",
                "spec.rules[0].matches[0].queryParams[0]: the field name is missing",
                MATCH + "queryParams: [{name: a}]}]}]",
                "spec.rules[0].matches[0].queryParams[0]: the field value is missing",
                MATCH + "queryParams: [{type: Regex, name: a, value: b}]}]}]",
                "spec.rules[0].matches[0].queryParams[0].type: found \"Regex\"",
                MATCH + "queryParams: [{type: RegularExpression, name: a, value: '(a)\\1'}]}]}]",
                "spec.rules[0].matches[0].queryParams[0].value: RE2 does not take the pattern",
                MATCH + "queryParams: [{name: 'a b', value: b}]}]}]",
                "spec.rules[0].matches[0].queryParams[0].name: found \"a b\"; expected a parameter name",
                MATCH + "queryParams: [{name: " + "a".repeat(257) + ", value: b}]}]}]",
                "spec.rules[0].matches[0].queryParams[0].name: the text has 257",
                MATCH + "queryParams: [{name: a, value: " + "a".repeat(1025) + "}]}]}]",
                "spec.rules[0].matches[0].queryParams[0].value: the text has 1025",
                RULE + "filters: [" + "{type: RequestHeaderModifier},".repeat(17) + "]}]",
                "spec.rules[0].filters: the list has 17 entries",
                RULE + "filters: [{type: RequestHeaderModifier, requestHeaderModifier: {}}, "
                        + "{type: RequestHeaderModifier, requestHeaderModifier: {}}]}]",
                "spec.rules[0].filters[1]: a rule has at most one RequestHeaderModifier",
                RULE + "filters: [{}]}]",
                "spec.rules[0].filters[0]: the field type is missing",
                RULE + "filters: [{type: ExternalAuth}]}]",
                "spec.rules[0].filters[0].type: ExternalAuth is not supported yet",
                RULE + "filters: [{type: URLRewrite}]}]",
                "spec.rules[0].filters[0]: a filter of type URLRewrite needs the field urlRewrite",
                RULE + "filters: [{type: RequestHeaderModifier}]}]",
                "spec.rules[0].filters[0]: a filter of type RequestHeaderModifier needs the field",
                RULE
                        + "filters: [{type: RequestHeaderModifier, requestHeaderModifier: {}, responseHeaderModifier: {}}]}]",
                "spec.rules[0].filters[0].responseHeaderModifier: a filter of type RequestHeaderModifier has no",
                RULE + "filters: [{type: ExternalAuth, externalAuth: {}}]}]",
                "spec.rules[0].filters[0].externalAuth: this field is not supported yet",
                RULE + "filters: [{type: CORS, cors: {}, urlRewrite: {}}]}]",
                "spec.rules[0].filters[0].urlRewrite: a filter of type CORS has no urlRewrite",
                "rules: [{backendRefs: [" + "{name: a},".repeat(17) + "]}]",
                "spec.rules[0].backendRefs: the list has 17 entries",
                BACKEND + "}]}]",
                "spec.rules[0].backendRefs[0]: the field name is missing",
                BACKEND + "name: " + LONG + "}]}]",
                "spec.rules[0].backendRefs[0].name: the text has 254",
                "rules: [{backendRefs: [{name: a, port: 80}]}]",
                "spec.rules[0].backendRefs[0]: a backend of kind Service is not supported yet; expected group: forebay.io",
                "rules: [{backendRefs: [{group: x, kind: Y, name: a}]}]",
                "spec.rules[0].backendRefs[0]: the backend is not of a known kind",
                BACKEND + "name: a, weight: -1}]}]",
                "spec.rules[0].backendRefs[0].weight: found the number -1; expected a number from 0 to 1000000",
                BACKEND + "name: a, port: 0}]}]",
                "spec.rules[0].backendRefs[0].port: found the number 0",
                BACKEND + "name: a, namespace: a.b}]}]",
                "spec.rules[0].backendRefs[0].namespace: found \"a.b\"; expected a DNS label",
                BACKEND_FILTERS + "{type: RequestHeaderModifier},".repeat(17) + "]}]}]",
                "spec.rules[0].backendRefs[0].filters: the list has 17 entries",
                BACKEND_FILTERS + "{type: RequestHeaderModifier, requestHeaderModifier: {}}, "
                        + "{type: RequestHeaderModifier, requestHeaderModifier: {}}]}]}]",
                "spec.rules[0].backendRefs[0].filters[1]: a rule has at most one RequestHeaderModifier",
                BACKEND_FILTERS + "{}]}]}]",
                "spec.rules[0].backendRefs[0].filters[0]: the field type is missing",
                BACKEND_FILTERS + "{type: URLRewrite}]}]}]",
                "spec.rules[0].backendRefs[0].filters[0].type: URLRewrite is not supported yet",
                BACKEND_FILTERS + "{type: ResponseHeaderModifier}]}]}]",
                "spec.rules[0].backendRefs[0].filters[0]: a filter of type ResponseHeaderModifier needs the field",
                BACKEND_FILTERS + "{type: RequestMirror, requestMirror: {}}]}]}]",
                "spec.rules[0].backendRefs[0].filters[0].requestMirror: this field is not supported yet",
                BACKEND_FILTERS + "{type: RequestRedirect, requestRedirect: {}}]}]}]",
                "spec.rules[0].backendRefs[0].filters[0].requestRedirect: this field is not supported yet",
                BACKEND_FILTERS + "{type: URLRewrite, urlRewrite: {}}]}]}]",
                "spec.rules[0].backendRefs[0].filters[0].urlRewrite: this field is not supported yet",
                BACKEND_FILTERS + "{type: CORS, cors: {}}]}]}]",
                "spec.rules[0].backendRefs[0].filters[0].cors: this field is not supported yet",
                BACKEND_FILTERS + "{type: ExternalAuth, externalAuth: {}}]}]}]",
                "spec.rules[0].backendRefs[0].filters[0].externalAuth: this field is not supported yet",
                BACKEND_FILTERS + "{type: ExtensionRef, extensionRef: {}}]}]}]",
                "spec.rules[0].backendRefs[0].filters[0].extensionRef: this field is not supported yet");
    }

    static List<RuleCase> grants() {
        String from = "to: [{group: '', kind: Secret}], from: [{";
        String to = "from: [{group: g.io, kind: K, namespace: n}], to: [{";
        List<RuleCase> cases = new ArrayList<>(RuleCase.all(
                "to: [{group: '', kind: Secret}]",
                "spec: the field from is missing",
                "from: [], to: [{group: '', kind: Secret}]",
                "spec.from: the list has 0 entries; expected 1 to 16",
                "from: [{group: g.io, kind: K, namespace: n}]",
                "spec: the field to is missing",
                "from: [{group: g.io, kind: K, namespace: n}], to: []",
                "spec.to: the list has 0 entries; expected 1 to 16",
                from + "group: g.io, kind: K}]",
                "spec.from[0]: the field namespace is missing",
                from + "group: g.io, kind: K, namespace: a.b}]",
                "spec.from[0].namespace: found \"a.b\"; expected a DNS label",
                from + "group: g.io, kind: K, namespace: " + "a".repeat(64) + "}]",
                "spec.from[0].namespace: the text has 64",
                to + "group: g.io, kind: K, name: " + LONG + "}]",
                "spec.to[0].name: the text has 254"));
        for (String start : List.of(from, to)) {
            String at = start.equals(from) ? "spec.from[0]" : "spec.to[0]";
            cases.addAll(RuleCase.all(
                    start + "kind: K}]",
                    at + ": the field group is missing",
                    start + "group: A, kind: K}]",
                    at + ".group: found \"A\"",
                    start + "group: " + LONG + ", kind: K}]",
                    at + ".group: the text has 254",
                    start + "group: g.io}]",
                    at + ": the field kind is missing",
                    start + "group: g.io, kind: a_b}]",
                    at + ".kind: found \"a_b\"; expected a kind",
                    start + "group: g.io, kind: " + "K".repeat(64) + "}]",
                    at + ".kind: the text has 64"));
        }
        return cases;
    }

    @ParameterizedTest
    @MethodSource("grants")
    void grantRule(RuleCase rule) {
        rule.verify("gateway.networking.k8s.io/v1", "ReferenceGrant");
    }

    static List<RuleCase> headerModifiers() {
        return List.of(REQUEST, RESPONSE, BACKEND_REQUEST, BACKEND_RESPONSE).stream()
                .flatMap(start -> RuleCase.all(modifierCases(start)).stream())
                .toList();
    }

    private static String[] modifierCases(String start) {
        boolean isOfBackend = start.startsWith(BACKEND_FILTERS);
        String at = "spec.rules[0]." + (isOfBackend ? "backendRefs[0]." : "") + "filters[0]."
                + (start.contains("requestHeader") ? "request" : "response") + "HeaderModifier.";
        List<String> cases = new ArrayList<>();
        for (String action : List.of("set", "add")) {
            String list = start + action + ": [";
            cases.addAll(List.of(
                    list + "{name: a, value: b},".repeat(17) + "]}}]}]",
                    at + action + ": the list has 17 entries",
                    list + "{name: a, value: b}, {name: A, value: b}]}}]}]",
                    at + action + "[1]: name is the same as on line 4",
                    list + "{value: b}]}}]}]",
                    at + action + "[0]: the field name is missing",
                    list + "{name: b}]}}]}]",
                    at + action + "[0]: the field value is missing",
                    list + "{name: 'a b', value: b}]}}]}]",
                    at + action + "[0].name: found \"a b\"; expected a header name",
                    list + "{name: Transfer-Encoding, value: b}]}}]}]",
                    at + action + "[0].name: the field Transfer-Encoding frames or routes the message",
                    list + "{name: " + "a".repeat(257) + ", value: b}]}}]}]",
                    at + action + "[0].name: the text has 257",
                    list + "{name: a, value: ''}]}}]}]",
                    at + action + "[0].value: the text has 0",
                    list + "{name: a, value: \"b\\r\\nc: d\"}]}}]}]",
                    at + action + "[0].value: found \"b\r\nc: d\"; expected a field value"));
        }
        cases.addAll(List.of(
                start + "remove: [" + "a,".repeat(17) + "]}}]}]",
                at + "remove: the list has 17 entries",
                start + "remove: [a, A]}}]}]",
                at + "remove[1]: the value is the same as on line 4",
                start + "remove: ['a b']}}]}]",
                at + "remove[0]: found \"a b\"; expected a header name",
                start + "remove: [host]}}]}]",
                at + "remove[0]: the field host frames or routes the message",
                start + "set: [{name: a, value: b}], remove: [A]}}]}]",
                at + "remove[0]: the header a is named under set too"));
        if (isOfBackend) {
            // One list and one mapping more are open.
            for (int i = 0; i < cases.size(); i += 2) {
                cases.set(i, cases.get(i) + "}]");
            }
        }
        return cases.toArray(String[]::new);
    }

    @ParameterizedTest
    @MethodSource("gateways")
    void gatewayRule(RuleCase rule) {
        rule.verify("gateway.networking.k8s.io/v1", "Gateway");
    }

    @ParameterizedTest
    @MethodSource({"routes", "headerModifiers"})
    void routeRule(RuleCase rule) {
        rule.verify("gateway.networking.k8s.io/v1", "HTTPRoute");
    }

    @Test
    void everyRowHasACase() {
        assertThat(RuleCase.rowsWithoutCase(GatewayApiRules.GATEWAY, gateways()))
                .isEmpty();
        assertThat(RuleCase.rowsWithoutCase(GatewayApiRules.REFERENCE_GRANT, grants()))
                .isEmpty();
        List<RuleCase> ofRoutes = new ArrayList<>(routes());
        ofRoutes.addAll(headerModifiers());
        ofRoutes.addAll(RouteFilterRulesTest.all());
        ofRoutes.addAll(SessionRulesTest.all());
        assertThat(RuleCase.rowsWithoutCase(GatewayApiRules.HTTP_ROUTE, ofRoutes))
                .isEmpty();
    }
}
