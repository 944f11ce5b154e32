package io.forebay.main.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `forebay check` as an operator meets it.
class CheckIT {
    private static final String GOOD = """
            apiVersion: gateway.networking.k8s.io/v1
            kind: Gateway
            metadata: {name: edge}
            spec:
              gatewayClassName: forebay
              listeners: [{name: http, port: 8080, protocol: HTTP}]
            ---
            apiVersion: forebay.io/v1alpha1
            kind: Backend
            metadata: {name: api}
            spec: {endpoints: [{ip: {address: 127.0.0.1, port: 9001}}]}
            """;

    private static final String ROUTE = """
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: {name: site}
            spec:
              parentRefs: [{name: edge}]
              rules:
              - backendRefs:
                - {group: forebay.io, kind: Backend, name: api}
                timeouts:
                  request: 5s
            """;

    @TempDir
    private Path folder;

    @Test
    void soundPolicyIsExitCode0() throws IOException {
        GatewayUnderTest.policyFile(folder, "gateway.yaml", GOOD);
        GatewayUnderTest.policyFile(folder, "route.yaml", ROUTE);

        Checkout.Finished check = check();

        assertThat(check.exitCode()).as(check.output()).isZero();
    }

    @Test
    void fivePlantedErrorsAreAllNamedWithFileLineAndColumn() throws IOException {
        String gateway = GOOD.replace("port: 8080", "port: 80800");
        String backend = ROUTE.replace("name: api", "name: apl");
        String timeout = ROUTE.replace("name: site", "name: slow").replace("request: 5s", "request: 5 s");
        String unknownKey = ROUTE.replace("name: site", "name: typo").replace("parentRefs:", "parentRef:");
        String notYet = ROUTE.replace("name: site", "name: later") + "  useDefaultGateways: All\n";
        GatewayUnderTest.policyFile(folder, "gateway.yaml", GOOD);
        GatewayUnderTest.policyFile(
                folder,
                "second-gateway.yaml",
                gateway.substring(0, gateway.indexOf("---")).replace("edge", "wide"));
        GatewayUnderTest.policyFile(folder, "backend.yaml", backend);
        GatewayUnderTest.policyFile(folder, "timeout.yaml", timeout);
        GatewayUnderTest.policyFile(folder, "unknown-key.yaml", unknownKey);
        GatewayUnderTest.policyFile(folder, "not-yet.yaml", notYet);

        Checkout.Finished check = check();

        assertThat(check.exitCode()).as(check.output()).isEqualTo(1);
        assertThat(check.output())
                .contains(at("second-gateway.yaml", gateway, "80800"))
                .contains(at("backend.yaml", backend, "{group"))
                .contains(at("timeout.yaml", timeout, "5 s"))
                .contains(at("unknown-key.yaml", unknownKey, "parentRef:"))
                .contains("did you mean \"parentRefs\"")
                .contains(at("not-yet.yaml", notYet, "useDefaultGateways:"));
    }

    private Checkout.Finished check() {
        return Checkout.run(
                60, List.of("./forebay", "check", folder.resolve("policy").toString()), Map.of());
    }

    /// The position of a planted text as `check` writes it.
    private static String at(String file, String text, String planted) {
        String before = text.substring(0, text.indexOf(planted));
        long line = before.lines().count() + (before.endsWith("\n") ? 1 : 0);
        int column = before.length() - before.lastIndexOf('\n');
        return file + ":" + line + ":" + column + ": error: ";
    }
}
