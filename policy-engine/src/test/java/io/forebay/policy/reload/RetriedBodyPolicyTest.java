package io.forebay.policy.reload;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.policy.document.Diagnostic;
import io.forebay.policy.route.RetryRule;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// How `retry.bodyLimit` of a BackendTrafficPolicy becomes what a rule keeps of bodies.
class RetriedBodyPolicyTest {
    private static final String ROUTES = """
            apiVersion: gateway.networking.k8s.io/v1
            kind: Gateway
            metadata: {name: edge}
            spec: {gatewayClassName: forebay, listeners: [{name: http, port: 8080, protocol: HTTP}]}
            ---
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: {name: shop}
            spec:
              parentRefs: [{name: edge}]
              rules:
              - name: again
                matches: [{path: {value: /again}}]
                retry: {attempts: 2, codes: [503]}
                backendRefs: [{group: forebay.io, kind: Backend, name: v1}]
              - name: once
                matches: [{path: {value: /once}}]
                backendRefs: [{group: forebay.io, kind: Backend, name: v1}]
            ---
            apiVersion: forebay.io/v1alpha1
            kind: Backend
            metadata: {name: v1}
            spec: {endpoints: [{ip: {address: 127.0.0.1, port: 9001}}]}
            ---
            """;
    private static final String POLICY = """
            apiVersion: forebay.io/v1alpha1
            kind: BackendTrafficPolicy
            metadata: {name: bodies}
            spec:
              targetRefs: [{group: gateway.networking.k8s.io, kind: HTTPRoute, name: shop}]
              retry: {bodyLimit: 2Mi}
            """;

    @TempDir
    Path directory;

    private @Nullable RetryRule retry(String policy, String rule) throws Exception {
        Files.writeString(directory.resolve("policy.yaml"), ROUTES + policy);
        PolicyReloader reloader = new PolicyReloader(
                ReloadSettings.of(directory), PublishGate.OPEN, List.of(), System::currentTimeMillis);
        reloader.boot();
        assertThat(reloader.report().diagnostics()).noneMatch(Diagnostic::isError);
        return requireNonNull(reloader.holder().current().rule("default/shop/" + rule))
                .retry();
    }

    private long limit(String policy) throws Exception {
        return requireNonNull(retry(policy, "again")).bodyBytesMax();
    }

    @Test
    void limitReachesTheRulesThatRetry() throws Exception {
        assertThat(limit(POLICY)).isEqualTo(2 << 20);
        assertThat(requireNonNull(retry(POLICY, "again")).attempts()).isEqualTo(2);
        assertThat(retry(POLICY, "once")).isNull();
    }

    @Test
    void withoutItOrBeyondEnforceNothingIsKept() throws Exception {
        assertThat(limit("")).isZero();
        assertThat(limit(POLICY + "  mode: shadow\n")).isZero();
        assertThat(limit(POLICY + "  mode: off\n")).isZero();
    }
}
