package io.forebay.policy.reload;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.policy.Refusal;
import io.forebay.policy.TestPki;
import io.forebay.policy.access.SecurityRule;
import io.forebay.policy.document.Diagnostic;
import io.forebay.policy.route.RouteRule;
import io.forebay.policy.token.KeySet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two policies name a provider alike: its callers are one and the same only if its keys are.
class SharedProviderTest {
    private static final String MENU = "default/shop/menu";
    private static final String ORDERS = "orders/orders/0";

    @TempDir
    Path directory;

    private String keys = "";
    private String otherKeys = "";

    @BeforeEach
    void writeExample() throws Exception {
        ShopFolder.create(directory).edit("port: 8443, ", "port: 8443, allowedRoutes: {namespaces: {from: All}}, ");
        keys = Files.readString(directory.resolve("tls/jwks.json"));
        otherKeys = TestPki.jwks();
    }

    private void writeOrders(String jwks) throws IOException {
        Files.writeString(directory.resolve("tls/orders.json"), jwks);
        Files.writeString(directory.resolve("orders.yaml"), """
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: {name: orders, namespace: orders}
                spec:
                  parentRefs: [{name: edge, namespace: default}]
                  rules:
                  - matches: [{path: {value: /orders}}]
                    backendRefs: [{group: forebay.io, kind: Backend, name: orders}]
                ---
                {apiVersion: forebay.io/v1alpha1, kind: Backend, metadata: {name: orders, namespace: orders}, spec: {endpoints: [{ip: {address: 127.0.0.1, port: 9004}}]}}
                ---
                apiVersion: forebay.io/v1alpha1
                kind: SecurityPolicy
                metadata: {name: tokens, namespace: orders}
                spec:
                  targetRefs: [{group: gateway.networking.k8s.io, kind: HTTPRoute, name: orders}]
                  jwt: {providers: [{name: idp, issuer: https://idp.example, localJWKS: {fileRef: tls/orders.json}}]}
                """);
    }

    private PolicyReloader booted() throws Exception {
        PolicyReloader reloader = new PolicyReloader(
                ReloadSettings.of(directory), PublishGate.OPEN, List.of(), System::currentTimeMillis);
        assertThat(reloader.boot()).isInstanceOf(BootResult.Ready.class);
        return reloader;
    }

    private static void apply(PolicyReloader reloader) throws IOException {
        reloader.apply(reloader.directory().read());
    }

    private static List<String> errors(PolicyReloader reloader) {
        return reloader.report().diagnostics().stream()
                .filter(Diagnostic::isError)
                .map(Diagnostic::toString)
                .toList();
    }

    private static @Nullable Refusal fault(PolicyReloader reloader, String rule) {
        return Objects.requireNonNull(reloader.holder().current().rule(rule)).fault();
    }

    private static boolean isInForce(PolicyReloader reloader, String rule, String jwks) throws Exception {
        RouteRule inForce = Objects.requireNonNull(reloader.holder().current().rule(rule));
        SecurityRule security = Objects.requireNonNull(inForce.security());
        KeySet found =
                Objects.requireNonNull(security.providers().getFirst().keys().current());
        return found.hasSameKeys(KeySet.parse(jwks));
    }

    @Test
    void providerOfOneNameAndOneKeySetMayStandInManyPolicies() throws Exception {
        writeOrders(keys + "\n");
        PolicyReloader reloader = booted();

        assertThat(errors(reloader)).isEmpty();
        assertThat(fault(reloader, ORDERS)).isNull();
    }

    @Test
    void anotherNameOrAnotherIssuerMayHaveOtherKeys() throws Exception {
        writeOrders(otherKeys);
        Path orders = directory.resolve("orders.yaml");
        String text = Files.readString(orders);
        Files.writeString(orders, text.replace("name: idp,", "name: orders,"));
        assertThat(errors(booted())).isEmpty();

        Files.writeString(orders, text.replace("https://idp.example", "https://orders.example"));
        assertThat(errors(booted())).isEmpty();
    }

    @Test
    void newPolicyWithOtherKeysFailsClosedAndTheOneInForceStays() throws Exception {
        PolicyReloader reloader = booted();
        writeOrders(otherKeys);
        apply(reloader);

        assertThat(errors(reloader))
                .singleElement()
                .asString()
                .contains(
                        "SecurityPolicy orders/tokens: spec.jwt.providers[0]",
                        "the provider idp of https://idp.example has other keys in SecurityPolicy default/tokens");
        assertThat(fault(reloader, ORDERS)).isNotNull();
        assertThat(fault(reloader, MENU)).isNull();
    }

    @Test
    void bothFailClosedWhereNeitherWasInForce() throws Exception {
        writeOrders(otherKeys);
        PolicyReloader reloader = booted();

        assertThat(errors(reloader)).hasSize(2);
        assertThat(fault(reloader, ORDERS)).isNotNull();
        assertThat(fault(reloader, MENU)).isNotNull();
    }

    @Test
    void newKeysGoLiveOnceEveryPolicyHasThem() throws Exception {
        writeOrders(keys);
        PolicyReloader reloader = booted();

        Files.writeString(directory.resolve("tls/orders.json"), otherKeys);
        apply(reloader);
        assertThat(errors(reloader)).singleElement().asString().contains("SecurityPolicy orders/tokens");
        assertThat(isInForce(reloader, ORDERS, keys)).isTrue();
        assertThat(isInForce(reloader, MENU, keys)).isTrue();

        Files.writeString(directory.resolve("tls/jwks.json"), otherKeys);
        apply(reloader);
        assertThat(errors(reloader)).isEmpty();
        assertThat(isInForce(reloader, ORDERS, otherKeys)).isTrue();
        assertThat(isInForce(reloader, MENU, otherKeys)).isTrue();
    }

    @Test
    void newKeysOfAPolicyThatCannotTakeThemKeepTheOthersBack() throws Exception {
        writeOrders(keys);
        PolicyReloader reloader = booted();

        Files.writeString(directory.resolve("tls/jwks.json"), otherKeys);
        Files.writeString(directory.resolve("tls/orders.json"), "{");
        apply(reloader);

        assertThat(errors(reloader)).hasSize(2);
        assertThat(isInForce(reloader, ORDERS, keys)).isTrue();
        assertThat(isInForce(reloader, MENU, keys)).isTrue();
    }

    @Test
    void lastGoodVersionWithKeysThatAreNoLongerTheOthersFailsClosed() throws Exception {
        writeOrders(keys);
        PolicyReloader reloader = booted();

        writeOrders(otherKeys);
        Files.writeString(directory.resolve("tls/jwks.json"), otherKeys);
        Path orders = directory.resolve("orders.yaml");
        Files.writeString(
                orders, Files.readString(orders).replace("HTTPRoute, name: orders}", "HTTPRoute, name: missing}"));
        apply(reloader);

        assertThat(isInForce(reloader, MENU, otherKeys)).isTrue();
        assertThat(reloader.report().statuses())
                .filteredOn(status ->
                        status.namespace().equals("orders") && status.kind().equals("SecurityPolicy"))
                .singleElement()
                .satisfies(status -> assertThat(status.conditions().toString()).contains("FailsClosed"));
    }

    @Test
    void policyThatIsOffLetsNobodyInAndContradictsNobody() throws Exception {
        writeOrders(otherKeys);
        Path orders = directory.resolve("orders.yaml");
        Files.writeString(orders, Files.readString(orders).replace("  jwt:", "  mode: off\n  jwt:"));

        assertThat(errors(booted())).isEmpty();
    }
}
