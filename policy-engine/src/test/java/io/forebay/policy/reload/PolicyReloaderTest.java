package io.forebay.policy.reload;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.policy.ClientTrust;
import io.forebay.policy.ListenerPolicy;
import io.forebay.policy.ObjectStatus;
import io.forebay.policy.PolicyMode;
import io.forebay.policy.PolicySnapshot;
import io.forebay.policy.access.SecurityRule;
import io.forebay.policy.compile.PolicyDiff;
import io.forebay.policy.document.Diagnostic;
import io.forebay.policy.limit.LimitRule;
import io.forebay.policy.limit.LimitRules;
import io.forebay.policy.route.BackendSplit;
import io.forebay.policy.route.RouteRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PolicyReloaderTest {

    private static final class Recorder implements ReloadObserver {
        final List<String> events = new ArrayList<>();

        @Override
        public void published(PolicySnapshot previous, PolicySnapshot current, PolicyDiff diff) {
            events.add(previous.generation() + "->" + current.generation() + " " + diff.summary());
        }

        @Override
        public void faulty(ReloadReport report) {
            events.add("faulty " + report.errors());
        }

        @Override
        public void unchanged() {
            events.add("unchanged");
        }

        @Override
        public void refused(PublishGate.PublishRefusedException reason) {
            events.add("refused " + reason.getMessage());
        }
    }

    @TempDir
    Path directory;

    private ShopFolder shop;
    private final Recorder recorder = new Recorder();

    @BeforeEach
    void writeExample() throws Exception {
        shop = ShopFolder.create(directory);
    }

    private PolicyReloader reloader() {
        return new PolicyReloader(
                ReloadSettings.of(directory), PublishGate.OPEN, List.of(recorder), System::currentTimeMillis);
    }

    private PolicyReloader booted() throws Exception {
        PolicyReloader reloader = reloader();
        assertThat(reloader.boot()).isInstanceOf(BootResult.Ready.class);
        return reloader;
    }

    private static PolicyReloader.Applied apply(PolicyReloader reloader) throws IOException {
        return reloader.apply(reloader.directory().read());
    }

    private static RouteRule rule(PolicyReloader reloader, String id) {
        return Objects.requireNonNull(reloader.holder().current().rule(id), id);
    }

    private static List<String> errors(PolicyReloader reloader) {
        return reloader.report().diagnostics().stream()
                .filter(Diagnostic::isError)
                .map(Diagnostic::toString)
                .toList();
    }

    private static ObjectStatus status(PolicyReloader reloader, String kind, String name) {
        return reloader.report().statuses().stream()
                .filter(status -> status.kind().equals(kind) && status.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static List<String> conditions(ObjectStatus status) {
        return status.conditions().stream()
                .map(condition -> condition.type().text() + "=" + condition.holds() + " " + condition.reason())
                .toList();
    }

    @Test
    void theExampleCompilesWithoutErrors() throws Exception {
        PolicyReloader reloader = booted();

        assertThat(errors(reloader)).isEmpty();
        PolicySnapshot snapshot = reloader.holder().current();
        assertThat(snapshot.generation()).isEqualTo(1);
        ListenerPolicy listener = snapshot.listeners().getFirst();
        assertThat(listener.id()).isEqualTo("default/edge/https");
        assertThat(listener.protocol()).isEqualTo(ListenerPolicy.Protocol.HTTPS);
        assertThat(listener.certificates()).hasSize(1);
        assertThat(Objects.requireNonNull(listener.clientTrust()).mode()).isEqualTo(ClientTrust.Mode.VALID_ONLY);
        assertThat(listener.routes().candidates()).hasSize(2);

        RouteRule menu = rule(reloader, "default/shop/menu");
        assertThat(menu.fault()).isNull();
        assertThat(menu.requestTimeoutNs()).isEqualTo(Duration.ofSeconds(2).toNanos());
        assertThat(menu.backends().shares())
                .containsExactly(
                        BackendSplit.Share.of("default/menu-v1", 90), BackendSplit.Share.of("default/menu-v2", 10));
        SecurityRule security = Objects.requireNonNull(menu.security());
        assertThat(security.mode()).isEqualTo(PolicyMode.ENFORCE);
        assertThat(security.tokenOptional()).isFalse();
        assertThat(security.providers())
                .extracting(provider -> provider.issuer())
                .containsExactly("https://idp.example");
        assertThat(menu.limits().rules()).extracting(limit -> limit.id()).containsExactly("default/limits/per-user");
        assertThat(menu.offload()).isNull();

        assertThat(Objects.requireNonNull(rule(reloader, "default/shop/reports").offload())
                        .queue())
                .isEqualTo("default/reports");
        assertThat(Objects.requireNonNull(snapshot.queue("default/reports")).owner())
                .isEqualTo("reporting-team");
        assertThat(Objects.requireNonNull(listener.jobsSecurity()).providers()).hasSize(1);
        assertThat(reloader.report().statuses())
                .allSatisfy(status -> assertThat(conditions(status))
                        .contains("Accepted=true Accepted", "Programmed=true Programmed"));
    }

    @Test
    void anUnparsableFileAtBootPublishesNothingAndNamesAll() throws Exception {
        shop.edit("concurrency: 8", "concurency: 8");
        Files.writeString(directory.resolve("z.yaml"), "a: [\n");
        PolicyReloader reloader = reloader();

        assertThat(reloader.boot())
                .isInstanceOfSatisfying(
                        BootResult.Unparsable.class,
                        unparsable -> assertThat(unparsable.diagnostics().stream()
                                        .filter(Diagnostic::isError)
                                        .map(Diagnostic::toString))
                                .anySatisfy(text -> assertThat(text)
                                        .contains("unknown field \"concurency\"; did you mean \"concurrency\"?"))
                                .anySatisfy(text -> assertThat(text).startsWith("z.yaml:2:1: error: not valid YAML")));
        assertThat(reloader.holder().current().generation()).isZero();
    }

    @Test
    void aMissingDirectoryAtBootIsADiagnostic() throws Exception {
        PolicyReloader reloader =
                new PolicyReloader(ReloadSettings.of(directory.resolve("none")), PublishGate.OPEN, List.of(), () -> 0);

        assertThat(reloader.boot())
                .isInstanceOfSatisfying(
                        BootResult.Unparsable.class,
                        unparsable -> assertThat(
                                        unparsable.diagnostics().getFirst().message())
                                .isEqualTo("the policy directory is not there"));
    }

    @Test
    void aFaultyEditKeepsTheLastGoodVersionAndTheRestGoesLive() throws Exception {
        PolicyReloader reloader = booted();
        shop.edit("weight: 90", "weight: ninety");
        shop.edit("requests: 100", "requests: 200");

        assertThat(apply(reloader)).isEqualTo(PolicyReloader.Applied.PUBLISHED);
        assertThat(reloader.holder().current().generation()).isEqualTo(2);
        assertThat(rule(reloader, "default/shop/menu")
                        .backends()
                        .shares()
                        .getFirst()
                        .weight())
                .isEqualTo(90);
        assertThat(rule(reloader, "default/shop/menu")
                        .limits()
                        .rules()
                        .getFirst()
                        .requests())
                .isEqualTo(200);
        assertThat(errors(reloader))
                .containsExactly("shop.yaml:18:77: error: HTTPRoute default/shop: spec.rules[0].backendRefs[0].weight: "
                        + "found \"ninety\"; expected a whole number");
        assertThat(conditions(status(reloader, "HTTPRoute", "shop")))
                .containsExactly("Accepted=false Invalid", "Programmed=false LastGoodVersion");
        assertThat(recorder.events).contains("faulty 1", "1->2 changed BackendTrafficPolicy default/limits");
    }

    @Test
    void aFaultyEditAlonePublishesNothing() throws Exception {
        PolicyReloader reloader = booted();
        PolicySnapshot before = reloader.holder().current();
        shop.edit("weight: 90", "weight: ninety");

        assertThat(apply(reloader)).isEqualTo(PolicyReloader.Applied.NOTHING_NEW);
        assertThat(reloader.holder().current()).isSameAs(before);
        assertThat(reloader.report().hasErrors()).isTrue();
        assertThat(reloader.report().generation()).isEqualTo(1);
        assertThat(status(reloader, "HTTPRoute", "shop").observedGeneration()).isEqualTo(1);
    }

    @Test
    void aFixAfterAFaultyEditGoesLive() throws Exception {
        PolicyReloader reloader = booted();
        shop.edit("weight: 90", "weight: ninety");
        apply(reloader);
        shop.edit("weight: ninety", "weight: 80");

        assertThat(apply(reloader)).isEqualTo(PolicyReloader.Applied.PUBLISHED);
        assertThat(errors(reloader)).isEmpty();
        assertThat(rule(reloader, "default/shop/menu")
                        .backends()
                        .shares()
                        .getFirst()
                        .weight())
                .isEqualTo(80);
    }

    @Test
    void aSyntaxErrorKeepsEveryObjectOfItsFile() throws Exception {
        PolicyReloader reloader = booted();
        shop.edit("spec: {tls.crt: tls/edge.pem, tls.key: tls/edge.key}}", "spec: {tls.crt: tls/edge.pem");

        apply(reloader);

        assertThat(reloader.holder().current().generation()).isEqualTo(1);
        assertThat(reloader.report().errors()).isEqualTo(1);
        assertThat(conditions(status(reloader, "FileSecret", "edge-cert")))
                .contains("Programmed=false LastGoodVersion");
        assertThat(conditions(status(reloader, "HTTPRoute", "shop"))).contains("Programmed=true Programmed");
    }

    @Test
    void commentsAndLayoutChangeNothing() throws Exception {
        PolicyReloader reloader = booted();
        Files.writeString(shop.file(), "# new\n\n" + shop.text());

        assertThat(apply(reloader)).isEqualTo(PolicyReloader.Applied.NOTHING_NEW);
        assertThat(reloader.holder().current().generation()).isEqualTo(1);
        assertThat(recorder.events).last().isEqualTo("unchanged");
        assertThat(status(reloader, "Gateway", "edge").origin()).isEqualTo("shop.yaml:3");
    }

    @Test
    void aCertificateWithoutItsKeyKeepsTheOldPair() throws Exception {
        PolicyReloader reloader = booted();
        Files.copy(
                directory.resolve("tls/other.pem"),
                directory.resolve("tls/edge.pem"),
                StandardCopyOption.REPLACE_EXISTING);

        assertThat(apply(reloader)).isEqualTo(PolicyReloader.Applied.NOTHING_NEW);
        assertThat(errors(reloader))
                .containsExactly("shop.yaml:30:121: error: FileSecret default/edge-cert: spec['tls.key']: "
                        + "the key does not belong to the certificate");

        Files.copy(
                directory.resolve("tls/other.key"),
                directory.resolve("tls/edge.key"),
                StandardCopyOption.REPLACE_EXISTING);
        assertThat(apply(reloader)).isEqualTo(PolicyReloader.Applied.PUBLISHED);
        assertThat(reloader.holder()
                        .current()
                        .listeners()
                        .getFirst()
                        .certificates()
                        .getFirst()
                        .chainPem())
                .isEqualTo(Files.readString(directory.resolve("tls/other.pem")));
    }

    @Test
    void aBrokenKeySetKeepsTheOldKeys() throws Exception {
        PolicyReloader reloader = booted();
        Files.writeString(directory.resolve("tls/jwks.json"), "{");

        apply(reloader);

        assertThat(errors(reloader)).singleElement().asString().contains("the key set cannot be used");
        assertThat(rule(reloader, "default/shop/menu").fault()).isNull();
        assertThat(Objects.requireNonNull(rule(reloader, "default/shop/menu").security())
                        .providers())
                .hasSize(1);
    }

    @Test
    void aNewSecurityPolicyThatCannotBeReadClosesItsRoutes() throws Exception {
        String text = shop.text();
        shop.edit("localJWKS: {fileRef: tls/jwks.json}", "localJWKS: {fileRef: tls/none.json}");
        PolicyReloader reloader = booted();

        assertThat(Objects.requireNonNull(rule(reloader, "default/shop/menu").fault())
                        .toString())
                .contains("SecurityPolicy default/tokens is faulty")
                .contains("tls/none.json is not there");
        assertThat(conditions(status(reloader, "SecurityPolicy", "tokens")))
                .contains("Accepted=false Invalid", "Programmed=false FailsClosed");

        Files.writeString(shop.file(), text);
        apply(reloader);
        assertThat(rule(reloader, "default/shop/menu").fault()).isNull();
    }

    @Test
    void aNewFaultyRouteAnswersWithItsReasonWhereItsRulesAreFaulty() throws Exception {
        PolicyReloader reloader = booted();
        Files.writeString(directory.resolve("b.yaml"), """
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: {name: extra}
                spec:
                  parentRefs: [{name: edge}]
                  rules:
                  - matches: [{path: {value: /old}}]
                    filters: [{type: ExternalAuth, externalAuth: {}}]
                  - matches: [{path: {value: /new}}]
                    backendRefs: [{group: forebay.io, kind: Backend, name: menu-v1}]
                """);

        assertThat(apply(reloader)).isEqualTo(PolicyReloader.Applied.PUBLISHED);
        assertThat(Objects.requireNonNull(rule(reloader, "default/extra/0").fault())
                        .toString())
                .contains("not supported yet");
        assertThat(rule(reloader, "default/extra/1").fault()).isNull();
        assertThat(recorder.events).last().isEqualTo("1->2 failing closed HTTPRoute default/extra");
    }

    @Test
    void aBackendThatIsNotThereCostsItsShare() throws Exception {
        PolicyReloader reloader = booted();
        shop.edit("name: menu-v2, weight", "name: menu-v3, weight");

        assertThat(apply(reloader)).isEqualTo(PolicyReloader.Applied.PUBLISHED);
        assertThat(rule(reloader, "default/shop/menu").backends().shares())
                .containsExactly(
                        BackendSplit.Share.of("default/menu-v1", 90),
                        BackendSplit.Share.faulty("default/menu-v3", "there is no sound Backend default/menu-v3", 10));
        assertThat(conditions(status(reloader, "HTTPRoute", "shop"))).contains("ResolvedRefs=false RefNotResolved");
    }

    @Test
    void aMissingQueueKeepsTheLastGoodOffloadPolicy() throws Exception {
        PolicyReloader reloader = booted();
        shop.edit("  queue: reports", "  queue: reprots");

        assertThat(apply(reloader)).isEqualTo(PolicyReloader.Applied.NOTHING_NEW);
        assertThat(errors(reloader)).singleElement().asString().contains("there is no sound Queue default/reprots");
        assertThat(rule(reloader, "default/shop/reports").offload()).isNotNull();
    }

    @Test
    void offloadWithoutSecurityIsRefusedUnlessAnonymous() throws Exception {
        String text = shop.text();
        int from = text.indexOf("apiVersion: forebay.io/v1alpha1\nkind: SecurityPolicy");
        int to = text.indexOf("apiVersion: forebay.io/v1alpha1\nkind: BackendTrafficPolicy");
        Files.writeString(shop.file(), text.substring(0, from) + text.substring(to));
        PolicyReloader reloader = booted();

        assertThat(errors(reloader)).singleElement().asString().contains("the route has no enforced SecurityPolicy");
        assertThat(rule(reloader, "default/shop/reports").offload()).isNull();

        shop.edit("  queue: reports", "  anonymous: capability\n  queue: reports");
        apply(reloader);
        assertThat(errors(reloader)).isEmpty();
        assertThat(Objects.requireNonNull(rule(reloader, "default/shop/reports").offload())
                        .anonymousCapability())
                .isTrue();
    }

    @Test
    void handOverMustComeBeforeTheRulesTimeouts() throws Exception {
        shop.edit("- {clientPrefers: {}} ", "- {slowerThan: 2s} ");
        PolicyReloader reloader = booted();
        assertThat(errors(reloader)).isEmpty();
        assertThat(Objects.requireNonNull(rule(reloader, "default/shop/reports").offload())
                        .watchesCalls())
                .isTrue();

        shop.edit(
                "value: /reports}, method: POST}]\n",
                "value: /reports}, method: POST}]\n    timeouts: {request: 2s}\n");
        apply(reloader);
        assertThat(errors(reloader))
                .singleElement()
                .asString()
                .contains("spec.when[0].slowerThan", "less than timeouts.request");
    }

    @Test
    void aPolicyOfTheGatewayHoldsForRulesWithoutTheirOwnAndForJobs() throws Exception {
        shop.edit(
                "targetRefs: [{group: gateway.networking.k8s.io, kind: HTTPRoute, name: shop}]\n  tenant",
                "targetRefs: [{group: gateway.networking.k8s.io, kind: Gateway, name: edge}]\n  tenant");
        PolicyReloader reloader = booted();

        assertThat(errors(reloader)).isEmpty();
        SecurityRule security =
                Objects.requireNonNull(rule(reloader, "default/shop/menu").security());
        assertThat(security.id()).isEqualTo("default/tokens");
        assertThat(reloader.holder().current().listeners().getFirst().jobsSecurity())
                .isSameAs(security);
    }

    @Test
    void limitsOfTheGatewayHoldForRulesWithoutTheirOwnAndForJobs() throws Exception {
        shop.edit(
                "targetRefs: [{group: gateway.networking.k8s.io, kind: HTTPRoute, name: shop}]\n  rateLimit",
                "targetRefs: [{group: gateway.networking.k8s.io, kind: Gateway, name: edge}]\n  rateLimit");
        Files.writeString(directory.resolve("own.yaml"), """
                apiVersion: forebay.io/v1alpha1
                kind: BackendTrafficPolicy
                metadata: {name: own}
                spec:
                  targetRefs: [{group: gateway.networking.k8s.io, kind: HTTPRoute, name: shop, sectionName: menu}]
                  rateLimit: {local: {rules: [{name: all, limit: {requests: 5, unit: Second}}]}}
                """);
        PolicyReloader reloader = booted();

        assertThat(errors(reloader)).isEmpty();
        assertThat(limits(rule(reloader, "default/shop/reports").limits())).containsExactly("default/limits/per-user");
        assertThat(limits(rule(reloader, "default/shop/menu").limits())).containsExactly("default/own/all");
        assertThat(limits(reloader.holder().current().listeners().getFirst().jobsLimits()))
                .containsExactly("default/limits/per-user");

        shop.edit("kind: Gateway, name: edge}]\n  rateLimit", "kind: Gateway, name: egde}]\n  rateLimit");
        apply(reloader);
        assertThat(errors(reloader)).singleElement().asString().contains("there is no sound Gateway default/egde");
    }

    private static List<String> limits(LimitRules limits) {
        return limits.rules().stream().map(LimitRule::id).toList();
    }

    @Test
    void aPolicyThatIsOffIsNotAttachedAndOneInShadowSaysSo() throws Exception {
        shop.edit("metadata: {name: limits}\nspec:\n", "metadata: {name: limits}\nspec:\n  mode: off\n");
        PolicyReloader reloader = booted();
        assertThat(rule(reloader, "default/shop/menu").limits().isEmpty()).isTrue();

        shop.edit("mode: off", "mode: shadow");
        apply(reloader);
        assertThat(rule(reloader, "default/shop/menu")
                        .limits()
                        .rules()
                        .getFirst()
                        .mode())
                .isEqualTo(PolicyMode.SHADOW);
        assertThat(status(reloader, "BackendTrafficPolicy", "limits").mode()).isEqualTo(PolicyMode.SHADOW);
    }

    @Test
    void aSecretThatIsGoneDoesNotCloseThePort() throws Exception {
        PolicyReloader reloader = booted();
        shop.edit("kind: FileSecret, metadata: {name: edge-cert}", "kind: FileSecret, metadata: {name: edge-crt}");

        apply(reloader);

        assertThat(errors(reloader))
                .singleElement()
                .asString()
                .contains("there is no sound FileSecret default/edge-cert");
        assertThat(reloader.holder().current().listeners()).hasSize(1);
        assertThat(conditions(status(reloader, "Gateway", "edge"))).contains("Programmed=false LastGoodVersion");
    }

    @Test
    void duplicatesAreNamedWithBothPlacesAndTheOneInForceStays() throws Exception {
        PolicyReloader reloader = booted();
        Files.writeString(
                directory.resolve("a.yaml"),
                "apiVersion: forebay.io/v1alpha1\nkind: Queue\nmetadata: {name: reports}\nspec: {concurrency: 99}\n");

        assertThat(apply(reloader)).isEqualTo(PolicyReloader.Applied.NOTHING_NEW);
        assertThat(errors(reloader))
                .singleElement()
                .asString()
                .matches("a.yaml:1:1: error: Queue default/reports: "
                        + "the object stands twice; the one at shop.yaml:[0-9]+:1 stays in force");
        assertThat(Objects.requireNonNull(reloader.holder().current().queue("default/reports"))
                        .concurrency())
                .isEqualTo(8);
    }

    @Test
    void whatTheGateRefusesIsNotPublishedAndIsOfferedAgain() throws Exception {
        List<Long> offered = new ArrayList<>();
        PublishGate gate = next -> {
            offered.add(next.generation());
            if (offered.size() == 2) {
                throw new PublishGate.PublishRefusedException("store busy");
            }
        };
        PolicyReloader reloader =
                new PolicyReloader(ReloadSettings.of(directory), gate, List.of(recorder), System::currentTimeMillis);
        reloader.boot();
        shop.edit("concurrency: 8", "concurrency: 9");

        assertThat(apply(reloader)).isEqualTo(PolicyReloader.Applied.REFUSED);
        assertThat(reloader.holder().current().generation()).isEqualTo(1);
        assertThat(apply(reloader)).isEqualTo(PolicyReloader.Applied.PUBLISHED);
        assertThat(offered).containsExactly(1L, 2L, 2L);
        assertThat(recorder.events).contains("refused store busy");
    }

    @Test
    void revisionsAreBounded() throws Exception {
        PolicyReloader reloader = booted();
        for (int i = 0; i < PolicyReloader.REVISIONS_MAX + 5; i++) {
            ShopFolder.rename(shop.file(), shop.text().replaceAll("concurrency: [0-9]+", "concurrency: " + (10 + i)));
            apply(reloader);
        }

        assertThat(reloader.revisions()).hasSize(PolicyReloader.REVISIONS_MAX);
        assertThat(reloader.revisions().getLast().generation())
                .isEqualTo(reloader.holder().current().generation());
    }
}
