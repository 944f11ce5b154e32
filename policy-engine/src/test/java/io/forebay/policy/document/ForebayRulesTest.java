package io.forebay.policy.document;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ForebayRulesTest {

    private static final String LONG = "a".repeat(254);
    private static final String TARGET =
            "targetRefs: [{group: gateway.networking.k8s.io, kind: HTTPRoute, name: r, sectionName: s}], ";
    private static final String PROVIDER =
            TARGET + "jwt: {providers: [{name: p, issuer: i, localJWKS: {inline: '{}'}, ";
    private static final String RULE = TARGET + "authorization: {rules: [{action: Allow, ";
    private static final String LIMIT = TARGET + "rateLimit: {local: {rules: [{name: a, ";
    private static final String OFFLOAD = TARGET + "queue: q, ";
    private static final String SCHEDULE_TARGET =
            "targetRef: {group: gateway.networking.k8s.io, kind: HTTPRoute, name: r, sectionName: s}, ";
    private static final String SCHEDULE = "schedule: '@daily', queue: q, " + SCHEDULE_TARGET;
    private static final String SCHEDULED = SCHEDULE + "request: {path: /, ";
    private static final String CALLBACK = OFFLOAD + "accept: [callback], callback: ";

    private static List<RuleCase> joined(List<RuleCase> some, List<RuleCase> others) {
        return Stream.concat(some.stream(), others.stream()).toList();
    }

    static List<RuleCase> backends() {
        return RuleCase.all(
                "",
                "spec: nothing is chosen; expected exactly one of endpoints, endpointsFrom",
                "endpoints: [{ip: {address: 1.2.3.4, port: 1}}], endpointsFrom: {fileRef: a.json}",
                "spec: endpoints and endpointsFrom exclude each other",
                "endpointsFrom: {fileRef: ''}",
                "spec.endpointsFrom.fileRef: the text has 0",
                "endpoints: []",
                "spec.endpoints: the list has 0 entries; expected 1 to 64",
                "endpoints: [{}]",
                "spec.endpoints[0]: nothing is chosen; expected exactly one of fqdn, srv, ip, unix",
                "endpoints: [{fqdn: {hostname: a, port: 1}, ip: {address: 1.2.3.4, port: 1}}]",
                "spec.endpoints[0]: fqdn and ip exclude each other",
                "endpoints: [{fqdn: {hostname: 10.0.0.1, port: 1}}]",
                "spec.endpoints[0].fqdn.hostname: found \"10.0.0.1\"; expected a DNS name",
                "endpoints: [{fqdn: {hostname: " + LONG + ", port: 1}}]",
                "spec.endpoints[0].fqdn.hostname: the text has 254",
                "endpoints: [{fqdn: {hostname: a, port: 0}}]",
                "spec.endpoints[0].fqdn.port: found the number 0",
                "endpoints: [{fqdn: {hostname: a}}]",
                "spec.endpoints[0].fqdn: the field port is missing",
                "endpoints: [{srv: {hostname: shop.example}}]",
                "spec.endpoints[0].srv.hostname: found \"shop.example\"; expected the name of SRV records",
                "endpoints: [{srv: {hostname: _http._tcp." + LONG + "}}]",
                "spec.endpoints[0].srv.hostname: the text has 265",
                "endpoints: [{srv: {hostname: _http._tcp.a, port: 1}}]",
                "spec.endpoints[0].srv.port: unknown field",
                "endpoints: [{ip: {address: 1.2.3.256, port: 1}}]",
                "spec.endpoints[0].ip.address: found \"1.2.3.256\"; expected an IPv4 or IPv6 address",
                "endpoints: [{ip: {address: 1.2.3.4, port: 65536}}]",
                "spec.endpoints[0].ip.port: found the number 65536",
                "endpoints: [{unix: {path: run/a.sock}}]",
                "spec.endpoints[0].unix.path: found \"run/a.sock\"; expected the absolute path of a socket",
                "endpoints: [{unix: {path: /run/}}]",
                "spec.endpoints[0].unix.path: found \"/run/\"; expected the absolute path of a socket",
                "endpoints: [{unix: {path: /" + "a".repeat(107) + "}}]",
                "spec.endpoints[0].unix.path: found \"/aaaaaa",
                "endpoints: [{unix: {path: /a}, ip: {address: 1.2.3.4, port: 1}}]",
                "spec.endpoints[0]: ip and unix exclude each other",
                "endpoints: [{ip: {address: 1.2.3.4, port: 1}, zone: a b}]",
                "spec.endpoints[0].zone: found \"a b\"; expected the name of a zone",
                "endpoints: [{ip: {address: 1.2.3.4, port: 1}, zone: " + "a".repeat(64) + "}]",
                "spec.endpoints[0].zone: the text has 64",
                "tls: {}",
                "spec.tls: this field is not supported yet",
                "type: Endpoints",
                "spec.type: this field is not supported yet",
                "endpoints: [{ip: {address: 1.2.3.4, port: 1}}], fallback: 'yes'",
                "spec.fallback: found \"yes\"; expected true or false",
                "appProtocols: []",
                "spec.appProtocols: the list has 0 entries; expected 1 to 1",
                "appProtocols: [h3]",
                "spec.appProtocols[0]: found \"h3\"; expected one of kubernetes.io/h2c, kubernetes.io/ws");
    }

    static List<RuleCase> fileSecrets() {
        return RuleCase.all(
                "tls.crt: a",
                "spec: tls.crt and tls.key belong together",
                "",
                "spec: the secret names no file; expected tls.crt and tls.key, ca.crt, or webhook.key",
                "ca.crt: ''",
                "spec['ca.crt']: the path is empty");
    }

    static List<RuleCase> secrets() {
        return RuleCase.all(
                "~type: kubernetes.io/dockercfg",
                "type: found \"kubernetes.io/dockercfg\"; expected one of Opaque, kubernetes.io/tls",
                "~type: kubernetes.io/tls\nstringData: {tls.crt: a}",
                "a secret of type kubernetes.io/tls needs tls.key",
                "~data: {ca.crt: 'a.b'}",
                "data['ca.crt']: the value is not base64");
    }

    static List<RuleCase> configMaps() {
        return RuleCase.all(
                "~binaryData: {}",
                "binaryData: this field is not supported yet",
                "~data: {a: 1}",
                "data.a: found the number 1");
    }

    static List<RuleCase> securityPolicies() {
        return joined(
                principals(RULE, "}]}", "spec.authorization.rules[0].principal"),
                RuleCase.all(
                        "jwt: {providers: []}",
                        "spec: the field targetRefs is missing",
                        "targetRefs: [], jwt: {providers: []}",
                        "spec.targetRefs: the list has 0 entries",
                        "targetRef: {}",
                        "spec.targetRef: this field is not supported yet",
                        "targetSelectors: []",
                        "spec.targetSelectors: this field is not supported yet",
                        "targetRefs: [{group: g, kind: HTTPRoute, name: a}]",
                        "spec.targetRefs[0].group: found \"g\"",
                        "targetRefs: [{group: gateway.networking.k8s.io, kind: HttpRoute, name: a}]",
                        "spec.targetRefs[0].kind: found \"HttpRoute\"; did you mean \"HTTPRoute\"?",
                        "targetRefs: [{group: gateway.networking.k8s.io, kind: HTTPRoute, name: " + LONG + "}]",
                        "spec.targetRefs[0].name: the text has 254",
                        "targetRefs: [{group: gateway.networking.k8s.io, kind: HTTPRoute, name: a, sectionName: A}]",
                        "spec.targetRefs[0].sectionName: found \"A\"",
                        "targetRefs: [{group: gateway.networking.k8s.io, kind: HTTPRoute, name: a}, "
                                + "{group: gateway.networking.k8s.io, kind: HTTPRoute, name: a}]",
                        "spec.targetRefs[1]: kind, name, sectionName is the same",
                        TARGET + "mode: on",
                        "spec.mode: found \"on\"; expected one of enforce, shadow, off",
                        TARGET + "tenant: {claim: a, spiffe: trustDomain}",
                        "spec.tenant: claim and spiffe exclude each other",
                        TARGET + "tenant: {header: a}",
                        "spec.tenant.header: this field is not supported yet",
                        TARGET + "tenant: {claim: ''}",
                        "spec.tenant.claim: the text has 0",
                        TARGET + "tenant: {spiffe: path}",
                        "spec.tenant.spiffe: found \"path\"; expected one of trustDomain",
                        TARGET + "jwt: {}",
                        "spec.jwt: the field providers is missing",
                        TARGET + "jwt: {providers: []}",
                        "spec.jwt.providers: the list has 0",
                        PROVIDER + "}, {name: p, issuer: i, localJWKS: {inline: '{}'}}]}",
                        "spec.jwt.providers[1]: name is the same",
                        TARGET + "jwt: {providers: [{name: '', issuer: i, localJWKS: {inline: '{}'}}]}",
                        "spec.jwt.providers[0].name: the text has 0",
                        TARGET + "jwt: {providers: [{name: p, issuer: '', localJWKS: {inline: '{}'}}]}",
                        "spec.jwt.providers[0].issuer: the text has 0",
                        TARGET + "jwt: {providers: [{name: p, localJWKS: {inline: '{}'}}]}",
                        "spec.jwt.providers[0]: the field issuer is missing",
                        PROVIDER + "audiences: [" + "a,".repeat(9) + "]}]}",
                        "spec.jwt.providers[0].audiences: the list has 9",
                        TARGET + "jwt: {optional: true}",
                        "spec.jwt.optional: this field is not supported yet",
                        PROVIDER + "remoteJWKS: {}}]}",
                        "spec.jwt.providers[0].remoteJWKS: this field is not supported yet",
                        PROVIDER + "extractFrom: {}}]}",
                        "spec.jwt.providers[0].extractFrom: this field is not supported yet",
                        PROVIDER + "recomputeRoute: true}]}",
                        "spec.jwt.providers[0].recomputeRoute: this field is not supported yet",
                        TARGET + "jwt: {providers: [{name: p, issuer: i, localJWKS: {inline: a, fileRef: b}}]}",
                        "spec.jwt.providers[0].localJWKS: fileRef and inline exclude each other",
                        PROVIDER + "claimToHeaders: [" + "{claim: a, header: b},".repeat(17) + "]}]}",
                        "spec.jwt.providers[0].claimToHeaders: the list has 17",
                        PROVIDER + "claimToHeaders: [{claim: a, header: b}, {claim: c, header: B}]}]}",
                        "spec.jwt.providers[0].claimToHeaders[1]: header is the same",
                        PROVIDER + "claimToHeaders: [{claim: '', header: b}]}]}",
                        "spec.jwt.providers[0].claimToHeaders[0].claim: the text has 0",
                        PROVIDER + "claimToHeaders: [{claim: a, header: x_user}]}]}",
                        "spec.jwt.providers[0].claimToHeaders[0].header: found \"x_user\"",
                        PROVIDER + "claimToHeaders: [{claim: a, header: Authorization}]}]}",
                        "spec.jwt.providers[0].claimToHeaders[0].header: a claim may not become the field Authorization",
                        TARGET + "authorization: {expression: 'true'}",
                        "spec.authorization.expression: this field is not supported yet",
                        TARGET + "authorization: {rules: ["
                                + "{action: Allow, principal: {jwt: {provider: p}}},".repeat(65) + "]}",
                        "spec.authorization.rules: the list has 65",
                        RULE + "name: a, principal: {}}, {action: Deny, name: a, principal: {}}]}",
                        "spec.authorization.rules[1]: name is the same",
                        RULE + "name: '', principal: {}}]}",
                        "spec.authorization.rules[0].name: the text has 0",
                        RULE + "expression: a}]}",
                        "spec.authorization.rules[0].expression: this field is not supported yet",
                        RULE + "operation: {}}]}",
                        "spec.authorization.rules[0].operation: this field is not supported yet",
                        TARGET + "cors: {}",
                        "spec.cors: this field is not supported yet",
                        TARGET + "oidc: {}",
                        "spec.oidc: this field is not supported yet",
                        TARGET + "basicAuth: {}",
                        "spec.basicAuth: this field is not supported yet",
                        TARGET + "apiKeyAuth: {}",
                        "spec.apiKeyAuth: this field is not supported yet",
                        TARGET + "extAuth: {}",
                        "spec.extAuth: this field is not supported yet",
                        TARGET,
                        "spec: the policy asks for nothing; expected jwt, authorization, or both",
                        PROVIDER + "}]}, authorization: {rules: [{action: Allow, principal: {jwt: {provider: pp}}}]}",
                        "spec.authorization.rules[0].principal.jwt.provider: the policy has no provider \"pp\""));
    }

    static List<RuleCase> routeFilters() {
        String response = "directResponse: {";
        return RuleCase.all(
                "",
                "spec: the field directResponse is missing",
                response + "statusCode: 199}",
                "spec.directResponse.statusCode: found the number 199; expected a number from 200 to 599",
                response + "contentType: ''}",
                "spec.directResponse.contentType: the text has 0",
                response + "contentType: \"text/html\\r\\nx: y\"}",
                "spec.directResponse.contentType: found \"text/html\r\nx: y\"; expected a media type",
                response + "body: {type: ValueRef}}",
                "spec.directResponse.body.type: ValueRef is not supported yet",
                response + "body: {valueRef: {}}}",
                "spec.directResponse.body.valueRef: this field is not supported yet",
                response + "body: {inline: '" + "a".repeat(65_537) + "'}}",
                "spec.directResponse.body.inline: the text has 65537",
                response + "statusCode: 204, body: {inline: a}}",
                "spec.directResponse.body: an answer with this status has no body",
                "directResponse: {}, urlRewrite: {}",
                "spec.urlRewrite: this field is not supported yet",
                "directResponse: {}, credentialInjection: {}",
                "spec.credentialInjection: this field is not supported yet",
                "directResponse: {}, cors: {}",
                "spec.cors: this field is not supported yet");
    }

    @ParameterizedTest
    @MethodSource("routeFilters")
    void routeFilterRule(RuleCase rule) {
        rule.verify(OURS, "HTTPRouteFilter");
    }

    static List<RuleCase> trafficPolicies() {
        return joined(
                joined(
                        joined(BackendSettingsRulesTest.cases(), BackendConnectionRulesTest.cases()),
                        FaultInjectionRulesTest.all()),
                RuleCase.all(
                        "rateLimit: {local: {rules: []}}",
                        "spec: the field targetRefs is missing",
                        "targetRefs: []",
                        "spec.targetRefs: the list has 0",
                        "targetRef: {}",
                        "spec.targetRef: this field is not supported yet",
                        "targetSelectors: []",
                        "spec.targetSelectors: this field is not supported yet",
                        "targetRefs: [{group: g, kind: HTTPRoute, name: a}]",
                        "spec.targetRefs[0].group: found \"g\"",
                        "targetRefs: [{group: gateway.networking.k8s.io, kind: Service, name: a}]",
                        "spec.targetRefs[0].kind: found \"Service\"; expected one of Backend, GRPCRoute, Gateway, HTTPRoute",
                        "targetRefs: [{kind: HTTPRoute, name: " + LONG + "}]",
                        "spec.targetRefs[0].name: the text has 254",
                        "targetRefs: [{kind: HTTPRoute, name: a, sectionName: A}]",
                        "spec.targetRefs[0].sectionName: found \"A\"",
                        "targetRefs: [{kind: HTTPRoute, name: a}, {kind: HTTPRoute, name: a}]",
                        "spec.targetRefs[1]: kind, name, sectionName is the same",
                        TARGET + "rateLimit: {local: {}}",
                        "spec.rateLimit.local: the field rules is missing",
                        TARGET + "rateLimit: {local: {rules: []}}",
                        "spec.rateLimit.local.rules: the list has 0",
                        LIMIT + "limit: {requests: 1, unit: Minute}}, {name: a, limit: {requests: 1, unit: Minute}}]}}",
                        "spec.rateLimit.local.rules[1]: name is the same",
                        TARGET + "rateLimit: {local: {rules: [{name: 'a\"b', limit: {requests: 1, unit: Minute}}]}}",
                        "spec.rateLimit.local.rules[0].name: found",
                        TARGET + "rateLimit: {local: {rules: [{name: " + "a".repeat(64)
                                + ", limit: {requests: 1, unit: Hour}}]}}",
                        "spec.rateLimit.local.rules[0].name: the text has 64",
                        LIMIT + "key: {}, limit: {requests: 1, unit: Minute}}]}}",
                        "spec.rateLimit.local.rules[0].key: the key names nothing",
                        LIMIT + "key: {claim: ''}, limit: {requests: 1, unit: Minute}}]}}",
                        "spec.rateLimit.local.rules[0].key.claim: the text has 0",
                        LIMIT + "key: {header: 'a b'}, limit: {requests: 1, unit: Minute}}]}}",
                        "spec.rateLimit.local.rules[0].key.header: found \"a b\"",
                        LIMIT + "clientSelectors: [], limit: {requests: 1, unit: Minute}}]}}",
                        "spec.rateLimit.local.rules[0].clientSelectors: this field is not supported yet",
                        LIMIT + "limit: {requests: 0, unit: Minute}}]}}",
                        "spec.rateLimit.local.rules[0].limit.requests: found the number 0",
                        LIMIT + "limit: {requests: 1, unit: Minute, burst: 0}}]}}",
                        "spec.rateLimit.local.rules[0].limit.burst: found the number 0",
                        LIMIT + "limit: {requests: 1, unit: minute}}]}}",
                        "spec.rateLimit.local.rules[0].limit.unit: found \"minute\"; expected one of Second, Minute, Hour, Day",
                        TARGET + "rateLimit: {global: {}}",
                        "spec.rateLimit.global: this field is not supported yet",
                        TARGET + "rateLimit: {type: Local}",
                        "spec.rateLimit.type: this field is not supported yet",
                        TARGET + "split: {by: {}}",
                        "spec.split.by: nothing is chosen; expected exactly one of header, cookie, claim, ip",
                        TARGET + "split: {by: {cookie: a, ip: {}}}",
                        "spec.split.by: cookie and ip exclude each other",
                        TARGET + "split: {}",
                        "spec.split: the field by is missing",
                        TARGET + "split: {by: {header: 'a b'}}",
                        "spec.split.by.header: found \"a b\"; expected a header name",
                        TARGET + "split: {by: {cookie: 'a=b'}}",
                        "spec.split.by.cookie: found \"a=b\"; expected the name of a cookie",
                        TARGET + "split: {by: {cookie: " + LONG + "}}",
                        "spec.split.by.cookie: the text has 254",
                        TARGET + "split: {by: {claim: ''}}",
                        "spec.split.by.claim: the text has 0",
                        TARGET + "retry: {}",
                        "spec.retry: the field bodyLimit is missing",
                        TARGET + "retry: {bodyLimit: 64Ki}",
                        "spec.retry.bodyLimit: found \"64Ki\"; expected 128Ki to 64Mi",
                        TARGET + "retry: {bodyLimit: 1Gi}",
                        "spec.retry.bodyLimit: found \"1Gi\"; expected 128Ki to 64Mi",
                        TARGET + "retry: {bodyLimit: 1Mi, numRetries: 2}",
                        "spec.retry.numRetries: this field is not supported yet",
                        TARGET + "retry: {bodyLimit: 1Mi, retryOn: {}}",
                        "spec.retry.retryOn: this field is not supported yet",
                        TARGET + "retry: {bodyLimit: 1Mi, perRetry: {}}",
                        "spec.retry.perRetry: this field is not supported yet",
                        TARGET + "compression: []",
                        "spec.compression: this field is not supported yet",
                        TARGET + "requestBuffer: {}",
                        "spec.requestBuffer: this field is not supported yet"));
    }

    static List<RuleCase> offloadPolicies() {
        return RuleCase.all(
                "queue: q, when: [{always: {}}]",
                "spec: the field targetRefs is missing",
                "targetRefs: []",
                "spec.targetRefs: the list has 0",
                "targetRef: {}",
                "spec.targetRef: this field is not supported yet",
                "targetSelectors: []",
                "spec.targetSelectors: this field is not supported yet",
                "targetRefs: [{group: g, kind: HTTPRoute, name: a}]",
                "spec.targetRefs[0].group: found \"g\"",
                "targetRefs: [{kind: Gateway, name: a}]",
                "spec.targetRefs[0].kind: found \"Gateway\"",
                "targetRefs: [{kind: HTTPRoute, name: " + LONG + "}]",
                "spec.targetRefs[0].name: the text has 254",
                "targetRefs: [{kind: HTTPRoute, name: a, sectionName: A}]",
                "spec.targetRefs[0].sectionName: found \"A\"",
                "targetRefs: [{kind: HTTPRoute, name: a}, {kind: HTTPRoute, name: a}]",
                "spec.targetRefs[1]: kind, name, sectionName is the same",
                "targetRefs: [{kind: GRPCRoute, name: a}]",
                "spec.targetRefs[0].kind: a call of gRPC cannot become a job",
                "targetRefs: [{kind: HTTPRoute, name: a}], queue: q, when: [{always: {}}]",
                "spec.targetRefs[0]: the field sectionName is missing",
                TARGET + "when: [{always: {}}]",
                "spec: the field queue is missing",
                TARGET + "queue: Q, when: [{always: {}}]",
                "spec.queue: found \"Q\"",
                TARGET + "queue: " + LONG,
                "spec.queue: the text has 254",
                OFFLOAD,
                "spec: the field when is missing",
                OFFLOAD + "when: []",
                "spec.when: the list has 0",
                OFFLOAD + "when: [{}]",
                "spec.when[0]: nothing is chosen",
                OFFLOAD + "when: [{always: {}, clientPrefers: {}}]",
                "spec.when[0]: always and clientPrefers exclude each other",
                OFFLOAD + "when: [{always: {x: 1}}]",
                "spec.when[0].always.x: unknown field \"x\"; expected {}",
                OFFLOAD + "when: [{bodyLargerThan: 1.5Mi}]",
                "spec.when[0].bodyLargerThan: found \"1.5Mi\"; expected a size",
                OFFLOAD + "when: [{bodyLargerThan: 1048577}]",
                "spec.when[0].bodyLargerThan: found the number 1048577; expected a number from 0 to 1048576",
                OFFLOAD + "when: [{bodyLargerThan: 2Mi}]",
                "spec.when[0].bodyLargerThan: found \"2Mi\"; expected at most 1Mi",
                OFFLOAD + "when: [{expression: a}]",
                "spec.when[0].expression: 1:1: undeclared reference to 'a'",
                OFFLOAD + "when: [{expression: ''}]",
                "spec.when[0].expression: the text has 0",
                OFFLOAD + "when: [{slowerThan: 0s}]",
                "spec.when[0].slowerThan: the duration is zero",
                OFFLOAD + "accept: [urgency]",
                "spec.accept[0]: found \"urgency\"; expected one of priority, delay, not-before, deadline, ordering-key, dedup-key, callback",
                OFFLOAD
                        + "accept: [priority, delay, not-before, deadline, ordering-key, priority, delay, delay, delay]",
                "spec.accept: the list has 9",
                OFFLOAD + "priority: {default: -1}",
                "spec.priority.default: found the number -1; expected a number from 0 to 9",
                OFFLOAD + "priority: {max: 10}",
                "spec.priority.max: found the number 10; expected a number from 0 to 9",
                OFFLOAD + "priority: {default: 7, max: 3}",
                "spec.priority: default is more urgent than max",
                OFFLOAD + "accept: [dedup-key]",
                "spec: dedup-key is accepted, and nothing says what it does; expected the field dedup",
                OFFLOAD + "dedup: {mode: keepFirst}",
                "spec: dedup is set up, and no client may send a key; expected dedup-key in accept",
                OFFLOAD + "accept: [dedup-key], dedup: {mode: debounce}",
                "spec.dedup: nothing says how long a job waits for the next; expected the field window",
                OFFLOAD + "accept: [dedup-key], dedup: {mode: keepFirst, window: 5s}",
                "spec.dedup: only debounce has a window; expected mode: debounce",
                OFFLOAD + "accept: [dedup-key], dedup: {mode: debounce, window: 0s}",
                "spec.dedup.window: the duration is zero",
                OFFLOAD + "accept: [callback]",
                "spec: callback is accepted, and nothing says how; expected the field callback",
                OFFLOAD + "callback: {}",
                "spec: callback is set up, and no client may ask for it; expected callback in accept",
                CALLBACK + "{secretRef: {name: k}}",
                "spec.callback: the field queue is missing",
                CALLBACK + "{queue: c}",
                "spec.callback: the field secretRef is missing",
                CALLBACK + "{queue: C, secretRef: {name: k}}",
                "spec.callback.queue: found \"C\"",
                CALLBACK + "{queue: " + LONG + ", secretRef: {name: k}}",
                "spec.callback.queue: the text has 254",
                CALLBACK + "{queue: c, secretRef: {group: v1, name: k}}",
                "spec.callback.secretRef.group: found \"v1\"",
                CALLBACK + "{queue: c, secretRef: {kind: ConfigMap, name: k}}",
                "spec.callback.secretRef.kind: found \"ConfigMap\"",
                CALLBACK + "{queue: c, secretRef: {}}",
                "spec.callback.secretRef: the field name is missing",
                CALLBACK + "{queue: c, secretRef: {name: " + LONG + "}}",
                "spec.callback.secretRef.name: the text has 254",
                CALLBACK + "{queue: c, secretRef: {name: k}, hosts: []}",
                "spec.callback.hosts: the list has 0",
                CALLBACK + "{queue: c, secretRef: {name: k}, hosts: ['https://a']}",
                "spec.callback.hosts[0]: found \"https://a\"",
                OFFLOAD + "storeCredentials: true",
                "spec.storeCredentials: this field is not supported yet",
                OFFLOAD + "idempotency: {header: 'a b'}",
                "spec.idempotency.header: found \"a b\"",
                OFFLOAD + "idempotency: {window: 0s}",
                "spec.idempotency.window: the duration is zero",
                OFFLOAD + "idempotency: {scope: a}",
                "spec.idempotency.scope: this field is not supported yet",
                OFFLOAD + "anonymous: yes",
                "spec.anonymous: found \"yes\"; expected one of capability",
                OFFLOAD + "clients: all",
                "spec.clients: found \"all\"; expected one of any, preferring");
    }

    /// Cases of a principal that stands at `path`, between what comes before and after it in the spec.
    private static List<RuleCase> principals(String before, String after, String path) {
        return RuleCase.all(
                before + "principal: {clientCIDRs: []}" + after,
                path + ".clientCIDRs: this field is not supported yet",
                before + "principal: {headers: []}" + after,
                path + ".headers: this field is not supported yet",
                before + "principal: {}" + after,
                path + ": the principal names nothing",
                before + "principal: {jwt: {provider: p}}" + after,
                path + ".jwt: neither scopes nor claims",
                before + "principal: {jwt: {provider: p, scopes: []}}" + after,
                path + ".jwt.scopes: the list has 0",
                before + "principal: {jwt: {provider: p, claims: []}}" + after,
                path + ".jwt.claims: the list has 0",
                before + "principal: {jwt: {provider: p, claims: [{name: a, values: []}]}}" + after,
                path + ".jwt.claims[0].values: the list has 0",
                before + "principal: {clientCertificate: {spiffe: []}}" + after,
                path + ".clientCertificate.spiffe: the list has 0",
                before + "principal: {clientCertificate: {}}" + after,
                path + ".clientCertificate: the field spiffe is missing",
                before + "principal: {clientCertificate: {spiffe: [{value: kitchen}]}}" + after,
                path + ".clientCertificate.spiffe[0].value: found \"kitchen\"; expected a SPIFFE",
                before + "principal: {jwt: {provider: p, claims: [{name: a}]}}" + after,
                path + ".jwt.claims[0]: the field values is missing");
    }

    static List<RuleCase> queues() {
        return joined(
                principals("permissions: [{verbs: [lease], ", "}], concurrency: 0", "spec.permissions[0].principal"),
                RuleCase.all(
                        "concurrency: 0",
                        "spec.concurrency: found the number 0",
                        "attemptTimeout: 0s",
                        "spec.attemptTimeout: the duration is zero",
                        "retry: {attempts: 101}",
                        "spec.retry.attempts: found the number 101",
                        "retry: {backoff: {base: 0ms}}",
                        "spec.retry.backoff.base: the duration is zero",
                        "retry: {backoff: {base: 2s, max: 1s}}",
                        "spec.retry.backoff: base is longer than max",
                        "retry: {onInterrupted: drop}",
                        "spec.retry.onInterrupted: found \"drop\"; expected one of fail, retry",
                        "limits: {depth: 0}",
                        "spec.limits.depth: found the number 0",
                        "limits: {bytes: 0Gi}",
                        "spec.limits.bytes: the size is zero",
                        "limits: {bytes: 10Ei}",
                        "spec.limits.bytes: found \"10Ei\"; expected a size",
                        "limits: {maxBody: 17Gi}",
                        "spec.limits.maxBody: found \"17Gi\"; expected at most 16Gi",
                        "limits: {maxResult: 1Ti}",
                        "spec.limits.maxResult: found \"1Ti\"; expected at most 16Gi",
                        "limits: {maxWait: 0s}",
                        "spec.limits.maxWait: the duration is zero",
                        "workers: both",
                        "spec.workers: found \"both\"; expected one of push, pull",
                        "leaseTerm: 60s",
                        "spec.leaseTerm: only workers that pull have leases; set workers: pull",
                        "workers: pull, permissions: [], leaseTerm: 4s",
                        "spec.leaseTerm: found \"4s\"; expected 5s to 24h",
                        "workers: pull, concurrency: 0",
                        "spec: nobody may lease the jobs of this queue: it has no permissions",
                        "permissions: [{principal: {jwt: {provider: p, scopes: [a]}}}]",
                        "spec.permissions[0]: the field verbs is missing",
                        "permissions: [{verbs: [lease]}]",
                        "spec.permissions[0]: the field principal is missing",
                        "permissions: [{verbs: [steal], principal: {jwt: {provider: p, scopes: [a]}}}]",
                        "spec.permissions[0].verbs[0]: found \"steal\"; expected one of enqueue, lease, read-any, admin",
                        "permissions: [{verbs: [], principal: {jwt: {provider: p, scopes: [a]}}}]",
                        "spec.permissions[0].verbs: the list has 0",
                        "permissions: [" + "{verbs: [lease], principal: {jwt: {provider: p, scopes: [a]}}},".repeat(65)
                                + "]",
                        "spec.permissions: the list has 65",
                        "orderingKey: {}",
                        "spec.orderingKey: the field header is missing",
                        "orderingKey: {header: 'a b'}",
                        "spec.orderingKey.header: found \"a b\"",
                        "priority: {}",
                        "spec.priority: this field is not supported yet",
                        "dispatchRate: {jobs: 0, unit: Second}",
                        "spec.dispatchRate.jobs: found the number 0",
                        "dispatchRate: {jobs: 1, unit: Second, burst: 0}",
                        "spec.dispatchRate.burst: found the number 0",
                        "dispatchRate: {jobs: 1, unit: Week}",
                        "spec.dispatchRate.unit: found \"Week\"",
                        "perKey: {key: {}, concurrency: 1}",
                        "spec.perKey.key: the key names nothing",
                        "perKey: {key: {claim: ''}, concurrency: 1}",
                        "spec.perKey.key.claim: the text has 0",
                        "perKey: {key: {header: 'a b'}, concurrency: 1}",
                        "spec.perKey.key.header: found \"a b\"",
                        "perKey: {key: {claim: org}, concurrency: 0}",
                        "spec.perKey.concurrency: found the number 0",
                        "perKey: {key: {claim: org}}",
                        "spec.perKey: the field concurrency is missing",
                        "perKey: {key: {tenant: {}}, concurrency: 1, dispatchRate: {jobs: 0, unit: Second}}",
                        "spec.perKey.dispatchRate.jobs: found the number 0",
                        "perKey: {key: {ip: {}}, concurrency: 1, dispatchRate: {jobs: 1, unit: Second, burst: 0}}",
                        "spec.perKey.dispatchRate.burst: found the number 0",
                        "tenants: {}",
                        "spec.tenants: nothing is said of tenants; expected weights, limits, or both",
                        "tenants: {limits: {}}",
                        "spec.tenants.limits: nothing is limited; expected depth, bytes, or both",
                        "tenants: {limits: {depth: 0}}",
                        "spec.tenants.limits.depth: found the number 0",
                        "tenants: {limits: {bytes: 0}}",
                        "spec.tenants.limits.bytes: found the number 0",
                        "tenants: {limits: {bytes: 0Mi}}",
                        "spec.tenants.limits.bytes: the size is zero",
                        "limits: {bytes: 0}",
                        "spec.limits.bytes: found the number 0",
                        "limits: {maxBody: 17179869185}",
                        "spec.limits.maxBody: found the number 17179869185",
                        "limits: {maxResult: -1}",
                        "spec.limits.maxResult: found",
                        "tenants: {weights: []}",
                        "spec.tenants.weights: the list has 0",
                        "tenants: {weights: [{name: a, weight: 0}]}",
                        "spec.tenants.weights[0].weight: found the number 0; expected a number from 1 to 1000",
                        "tenants: {weights: [{name: '', weight: 1}]}",
                        "spec.tenants.weights[0].name: ",
                        "tenants: {weights: [{name: a, weight: 1}, {name: a, weight: 2}]}",
                        "spec.tenants.weights[1]"));
    }

    private static final String OURS = "forebay.io/v1alpha1";

    @ParameterizedTest
    @MethodSource("backends")
    void backendRule(RuleCase rule) {
        rule.verify(OURS, "Backend");
    }

    @ParameterizedTest
    @MethodSource("fileSecrets")
    void fileSecretRule(RuleCase rule) {
        rule.verify(OURS, "FileSecret");
    }

    @ParameterizedTest
    @MethodSource("secrets")
    void secretRule(RuleCase rule) {
        rule.verify("v1", "Secret");
    }

    @ParameterizedTest
    @MethodSource("configMaps")
    void configMapRule(RuleCase rule) {
        rule.verify("v1", "ConfigMap");
    }

    @ParameterizedTest
    @MethodSource("securityPolicies")
    void securityPolicyRule(RuleCase rule) {
        rule.verify(OURS, "SecurityPolicy");
    }

    @ParameterizedTest
    @MethodSource("trafficPolicies")
    void trafficPolicyRule(RuleCase rule) {
        rule.verify(OURS, "BackendTrafficPolicy");
    }

    @ParameterizedTest
    @MethodSource("offloadPolicies")
    void offloadPolicyRule(RuleCase rule) {
        rule.verify(OURS, "OffloadPolicy");
    }

    static List<RuleCase> schedules() {
        return RuleCase.all(
                "schedule: '61 * * * *'",
                "spec.schedule: \"61\" is no minute from 0 to 59",
                "timeZone: Europe/Bonn",
                "spec.timeZone: found \"Europe/Bonn\"; expected a time zone",
                "jitter: 25h",
                "spec.jitter: found \"25h\"; expected at most 24h",
                "missedRuns: {within: 0s}",
                "spec.missedRuns.within: the duration is zero",
                "missedRuns: {within: 169h}",
                "spec.missedRuns.within: found \"169h\"; expected at most 168h",
                "missedRuns: {policy: skip, within: 1h}",
                "spec.missedRuns: runs that are skipped are not made up",
                "missedRuns: {policy: both}",
                "spec.missedRuns.policy: found \"both\"; expected one of skip, last, all",
                "concurrencyPolicy: allow",
                "spec.concurrencyPolicy: found \"allow\"; expected one of Allow, Forbid, Replace",
                "targetRef: {group: g, kind: HTTPRoute, name: r, sectionName: s}",
                "spec.targetRef.group: found \"g\"",
                "targetRef: {group: gateway.networking.k8s.io, kind: Gateway, name: r, sectionName: s}",
                "spec.targetRef.kind: found \"Gateway\"",
                "targetRef: {group: gateway.networking.k8s.io, kind: HTTPRoute, name: '', sectionName: s}",
                "spec.targetRef.name: the text has 0",
                "targetRef: {group: gateway.networking.k8s.io, kind: HTTPRoute, name: r, sectionName: S}",
                "spec.targetRef.sectionName: found \"S\"",
                "targetRef: {group: gateway.networking.k8s.io, kind: HTTPRoute, name: r}",
                "spec.targetRef: the field sectionName is missing",
                SCHEDULE_TARGET + "queue: Q",
                "spec.queue: found \"Q\"",
                "queue: " + LONG,
                "spec.queue: the text has 254",
                "tenant: ''",
                "spec.tenant: the text has 0",
                "tenant: \"a\\u0001\"",
                "spec.tenant: found",
                "priority: 10",
                "spec.priority: found the number 10",
                SCHEDULED + "method: BREW}",
                "spec.request.method: found \"BREW\"",
                SCHEDULE + "request: {path: reports}",
                "spec.request.path: found \"reports\"; expected a path",
                SCHEDULE + "request: {path: /" + "a".repeat(4096) + "}",
                "spec.request.path: the text has 4097",
                SCHEDULED + "hostname: '*.example'}",
                "spec.request.hostname: found \"*.example\"; expected a host",
                SCHEDULED + "headers: [" + "{name: a, value: b}, ".repeat(33) + "]}",
                "spec.request.headers: the list has 33",
                SCHEDULED + "headers: [{name: a, value: b}, {name: A, value: c}]}",
                "spec.request.headers[1]: ",
                SCHEDULED + "headers: [{name: Forebay-Attempt, value: b}]}",
                "spec.request.headers[0].name: a schedule may not set the field Forebay-Attempt",
                SCHEDULED + "headers: [{name: a_b, value: b}]}",
                "spec.request.headers[0].name: found \"a_b\"",
                SCHEDULED + "headers: [{name: a, value: \"b\\n\"}]}",
                "spec.request.headers[0].value: found",
                SCHEDULED + "headers: [{name: a, value: " + "b".repeat(1025) + "}]}",
                "spec.request.headers[0].value: the text has 1025",
                SCHEDULED + "body: " + "b".repeat(65537) + "}",
                "spec.request.body: the text has 65537",
                "startingDeadlineSeconds: 10",
                "spec.startingDeadlineSeconds: this field is not supported yet",
                "successfulJobsHistoryLimit: 10",
                "spec.successfulJobsHistoryLimit: this field is not supported yet",
                "failedJobsHistoryLimit: 10",
                "spec.failedJobsHistoryLimit: this field is not supported yet",
                "jobTemplate: {}",
                "spec.jobTemplate: this field is not supported yet");
    }

    @ParameterizedTest
    @MethodSource("schedules")
    void scheduleRule(RuleCase rule) {
        rule.verify(OURS, "Schedule");
    }

    @ParameterizedTest
    @MethodSource("queues")
    void queueRule(RuleCase rule) {
        rule.verify(OURS, "Queue");
    }

    @Test
    void everyRowHasACase() {
        assertThat(RuleCase.rowsWithoutCase(ForebayRules.BACKEND, backends())).isEmpty();
        assertThat(RuleCase.rowsWithoutCase(ForebayRules.FILE_SECRET, fileSecrets()))
                .isEmpty();
        assertThat(RuleCase.rowsWithoutCase(ForebayRules.SECRET, secrets())).isEmpty();
        assertThat(RuleCase.rowsWithoutCase(ForebayRules.CONFIG_MAP, configMaps()))
                .isEmpty();
        assertThat(RuleCase.rowsWithoutCase(ForebayRules.SECURITY_POLICY, securityPolicies()))
                .isEmpty();
        assertThat(RuleCase.rowsWithoutCase(ForebayRules.BACKEND_TRAFFIC_POLICY, trafficPolicies()))
                .isEmpty();
        assertThat(RuleCase.rowsWithoutCase(ForebayRules.HTTP_ROUTE_FILTER, routeFilters()))
                .isEmpty();
        assertThat(RuleCase.rowsWithoutCase(ForebayRules.OFFLOAD_POLICY, offloadPolicies()))
                .isEmpty();
        assertThat(RuleCase.rowsWithoutCase(ForebayRules.QUEUE, joined(queues(), SchemaFieldRulesTest.cases())))
                .isEmpty();
        assertThat(RuleCase.rowsWithoutCase(ForebayRules.SCHEDULE, schedules())).isEmpty();
    }
}
