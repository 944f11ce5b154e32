package io.forebay.main.chart;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import io.forebay.admin.server.HealthSettings;
import io.forebay.gateway.shard.PeerSettings;
import io.forebay.main.BootConfig;
import io.forebay.main.BootFile;
import io.forebay.main.Version;
import io.forebay.main.peer.PeerFiles;
import io.forebay.main.process.Checkout;
import io.forebay.policy.reload.PolicyReloader;
import io.forebay.policy.reload.ReloadSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

class ChartTest {
    private static final String ONE = "{}";
    private static final String THREE = "{replicas: 3, peers: {tlsSecret: peers}}";
    private static final String ALL = """
            replicas: 3
            image: {digest: "sha256:%s", pullSecrets: [{name: registry}]}
            ports:
            - {name: http, containerPort: 8080, port: 80}
            - {name: https, containerPort: 8443, port: 443, appProtocol: https, nodePort: 30443, http3: true}
            service: {type: LoadBalancer, sessionAffinity: ClientIP, externalTrafficPolicy: Local, loadBalancerClass: edge, annotations: {a: b}}
            existingPolicy: own
            boot: {access.log: all, connections.max: 1000}
            secrets: [{name: edge, secret: edge-tls}]
            drain: {noticeSeconds: 10, seconds: 60}
            terminationGracePeriodSeconds: 100
            peers: {tlsSecret: peers, port: 9555, tlsName: nodes}
            health: {port: 9903}
            metrics:
              enabled: true
              serviceMonitor: {enabled: true, interval: 15s, labels: {release: prometheus}}
              prometheusRule: {enabled: true, labels: {release: prometheus}}
            storage: {size: 50Gi, className: fast, whenDeleted: Delete}
            seccompProfile: {type: Localhost, localhostProfile: forebay.json}
            podDisruptionBudget: {maxUnavailable: 34%%}
            networkPolicy: {clientsFrom: [{ipBlock: {cidr: 10.0.0.0/8}}], healthFrom: [{namespaceSelector: {}}]}
            updateStrategy: {type: RollingUpdate, rollingUpdate: {partition: 1}}
            topologySpreadConstraints: [{maxSkew: 1, topologyKey: topology.kubernetes.io/zone, whenUnsatisfiable: DoNotSchedule}]
            nodeSelector: {disk: ssd}
            tolerations: [{key: dedicated, operator: Exists}]
            affinity: {nodeAffinity: {}}
            priorityClassName: edge
            podAnnotations: {a: b}
            podLabels: {c: d}
            extraEnv: [{name: A, value: b}]
            extraVolumes: [{name: extra, emptyDir: {}}]
            extraVolumeMounts: [{name: extra, mountPath: /extra}]
            """.formatted("0".repeat(64));

    @TempDir
    private Path folder;

    static Stream<String> valueSets() {
        return Stream.of(ONE, THREE, ALL);
    }

    private RenderedChart chart(String values) throws IOException {
        return RenderedChart.of(folder, "edge", values);
    }

    @Test
    void lints() {
        LintResult result = new Helm(RenderedChart.folder()).lint().strict().call();

        assertThat(result.isFailed())
                .as(String.join("\n", result.getMessages()))
                .isFalse();
    }

    @ParameterizedTest
    @MethodSource("valueSets")
    void everyManifestIsOfItsType(String values) throws IOException {
        List<Manifest> manifests = chart(values).manifests();

        assertThat(manifests).hasSizeGreaterThan(5).allSatisfy(KubernetesTypes::require);
        assertThat(manifests.stream().map(manifest -> manifest.kind() + " " + manifest.name()))
                .doesNotHaveDuplicates();
        assertThat(manifests)
                .allMatch(manifest -> manifest.text("metadata", "namespace").equals("shop"));
    }

    /// What holds the manifests to their types would see a fault.
    @Test
    void typesSeeWhatIsNotOfThem() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KubernetesTypes.require(new Manifest(Map.of(
                        "apiVersion",
                        "v1",
                        "kind",
                        "Service",
                        "metadata",
                        Map.of("name", "a"),
                        "spec",
                        Map.of("ports", List.of(Map.of("port", 80, "portal", 1)))))))
                .withMessageContaining("portal");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KubernetesTypes.require(new Manifest(Map.of(
                        "apiVersion",
                        "monitoring.coreos.com/v1",
                        "kind",
                        "ServiceMonitor",
                        "metadata",
                        Map.of("name", "a"),
                        "spec",
                        Map.of("selector", Map.of(), "endpoint", List.of())))))
                .withMessageContaining("endpoint");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{replica: 2}",
                "{replicas: 0}",
                "{replicas: two}",
                "{image: {tags: x}}",
                "{image: {digest: latest}}",
                "{ports: []}",
                "{ports: [{name: health, containerPort: 8080, port: 80}]}",
                "{ports: [{name: http, containerPort: 80, port: 80}]}",
                "{policy: {gateway.json: x}}",
                "{drain: {second: 3}}",
                "{storage: {accessModes: [ReadWriteMany]}}",
                "{storage: {size: much}}",
                "{service: {sessionAffinity: Cookie}}",
                "{metrics: {serviceMonitor: {interval: often}}}",
                "{secrets: [{name: edge}]}",
                "{boot: {Access: all}}",
            })
    void valuesThatAreNoneAreRefused(String values) {
        assertThatThrownBy(() -> chart(values)).hasMessageContaining("values don't meet the specifications");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{replicas: 3} | replicas: 3 needs peers.tlsSecret",
                "{peers: {count: 3}} | peers.count: 3 needs peers.tlsSecret",
                "{replicas: 3, peers: {count: 2, tlsSecret: a}} | peers.count must be at least replicas, which is 3: 2",
                "{replicas: 3, peers: {count: 1, tlsSecret: a}} | peers.count must be at least replicas, which is 3: 1",
                "{boot: {node.id: 1}} | boot must not have node.id: the chart sets it",
                "{boot: {peers.calls.max: 3}} | boot must not have peers.calls.max: a pod that is alone",
                "{terminationGracePeriodSeconds: 35} | terminationGracePeriodSeconds must be more than",
                "{metrics: {serviceMonitor: {enabled: true}}} | metrics.serviceMonitor.enabled needs metrics.enabled",
                "{seccompProfile: {type: Localhost}} | needs seccompProfile.localhostProfile",
                "{nameOverride: Shop} | nameOverride must be a DNS label, of a-z, 0-9 and - between them: Shop",
                "{nameOverride: a.b} | nameOverride must be a DNS label",
                "{fullnameOverride: shop-} | fullnameOverride must be a DNS label",
                "{fullnameOverride: 1shop} | fullnameOverride must be a DNS label",
                "{service: {externalTrafficPolicy: Local}} | externalTrafficPolicy needs service.type NodePort or",
                "{service: {loadBalancerClass: a}} | loadBalancerClass needs service.type LoadBalancer: ClusterIP",
                "{service: {type: NodePort, loadBalancerClass: a}} | service.type LoadBalancer: NodePort",
                "{ports: [{name: a, containerPort: 8080, port: 80, nodePort: 30080}]} | nodePort of a needs service.type",
                "{ports: [{name: '80', containerPort: 8080, port: 80}]} | must have a letter, and no two - in a row: 80",
                "{ports: [{name: a--b, containerPort: 8080, port: 80}]} | no two - in a row: a--b",
                "{ports: [{name: a, containerPort: 9902, port: 80}]} | of a is the number of health.port too: 9902",
                "{ports: [{name: a, containerPort: 9901, port: 80}]} | of a is the number of the operators' port too: 9901",
                "{health: {port: 9901}} | health.port is the number of the operators' port too: 9901",
                "{boot: {admin.port: 8080}} | of http is the number of the operators' port too: 8080",
                "{replicas: 2, peers: {tlsSecret: a, port: 8080}} | of http is the number of peers.port too: 8080",
            })
    void valuesThatDoNotGoTogetherAreRefused(String values, String message) {
        assertThatThrownBy(() -> chart(values)).hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{name: b, containerPort: 8080, port: 81} | of b is the number of ports: containerPort of a too: 8080",
                "{name: a, containerPort: 8081, port: 81} | two have the name a",
                "{name: a-h3, containerPort: 8081, port: 81} | two have the name a-h3",
            })
    void portsThatAreAlikeAreRefused(String second, String message) {
        String values = "{ports: [{name: a, containerPort: 8080, port: 80, http3: true}, " + second + "]}";

        assertThatThrownBy(() -> chart(values)).hasMessageContaining(message);
    }

    @Test
    void releaseWhoseNameIsNoneOfAServiceIsRefused() {
        assertThatThrownBy(() -> RenderedChart.of(folder, "1edge", ONE))
                .hasMessageContaining("Services named 1edge-forebay, which is no DNS label");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{service: {type: NodePort, externalTrafficPolicy: Local}, ports: [{name: 1a-b, containerPort: 8080, port: 80, nodePort: 30080}]}",
                "{service: {type: LoadBalancer, externalTrafficPolicy: Cluster, loadBalancerClass: a}}",
                "{ports: [{name: a, containerPort: 9443, port: 80}]}",
                "{boot: {admin.port: 9911}, ports: [{name: a, containerPort: 9901, port: 80}]}",
                "{nameOverride: 1shop, fullnameOverride: shop-1}",
            })
    void valuesThatGoTogetherAreTaken(String values) throws IOException {
        assertThat(chart(values).manifests()).hasSizeGreaterThan(5).allSatisfy(KubernetesTypes::require);
    }

    @ParameterizedTest
    @MethodSource("valueSets")
    void selectorsFindThePods(String values) throws IOException {
        RenderedChart chart = chart(values);
        Map<?, ?> labels = chart.pod().map("metadata", "labels");

        assertContains(labels, chart.only("StatefulSet").map("spec", "selector", "matchLabels"));
        assertContains(labels, chart.only("PodDisruptionBudget").map("spec", "selector", "matchLabels"));
        Manifest network = chart.only("NetworkPolicy");
        assertContains(labels, network.map("spec", "podSelector", "matchLabels"));
        for (Manifest service : chart.all("Service")) {
            assertContains(labels, service.map("spec", "selector"));
        }
        for (Manifest monitor : chart.all("ServiceMonitor")) {
            assertThat(chart.all("Service").stream()
                            .filter(service -> service.map("metadata", "labels")
                                    .entrySet()
                                    .containsAll(monitor.map("spec", "selector", "matchLabels")
                                            .entrySet())))
                    .as("each pod is scraped once")
                    .hasSize(1);
        }
    }

    private static void assertContains(Map<?, ?> labels, Map<?, ?> selector) {
        assertThat(selector).isNotEmpty();
        assertThat(labels.entrySet().containsAll(selector.entrySet()))
                .as("%s in %s", selector, labels)
                .isTrue();
    }

    @ParameterizedTest
    @MethodSource("valueSets")
    void whatNamesAPortFindsIt(String values) throws IOException {
        RenderedChart chart = chart(values);
        List<String> ports = chart.container().list("ports").stream()
                .map(port -> port.text("name"))
                .toList();
        List<String> named = new ArrayList<>();
        for (String probe : List.of("startupProbe", "readinessProbe", "livenessProbe")) {
            named.add(chart.container().text(probe, "httpGet", "port"));
        }
        for (Manifest service : chart.all("Service")) {
            service.list("spec", "ports").stream()
                    .filter(port -> port.text("protocol").equals("TCP"))
                    .forEach(port -> named.add(port.text("targetPort")));
        }
        for (Manifest rule : chart.only("NetworkPolicy").list("spec", "ingress")) {
            rule.list("ports").stream()
                    .filter(port -> port.text("protocol").equals("TCP"))
                    .forEach(port -> named.add(port.text("port")));
        }

        assertThat(named).isSubsetOf(ports);
        assertThat(named).as("all ports are led to").containsAll(ports);
        for (Manifest monitor : chart.all("ServiceMonitor")) {
            assertThat(chart.named("Service", "edge-forebay-peers").list("spec", "ports").stream()
                            .map(port -> port.text("name")))
                    .contains(monitor.text("spec", "endpoints", 0, "port"));
        }
    }

    @ParameterizedTest
    @MethodSource("valueSets")
    void everyMountHasItsVolume(String values) throws IOException {
        RenderedChart chart = chart(values);
        List<String> volumes = Stream.concat(
                        chart.pod().list("spec", "volumes").stream().map(volume -> volume.text("name")),
                        chart.only("StatefulSet").list("spec", "volumeClaimTemplates").stream()
                                .map(Manifest::name))
                .toList();

        assertThat(chart.container().list("volumeMounts").stream().map(mount -> mount.text("name")))
                .containsExactlyInAnyOrderElementsOf(volumes);
        assertThat(chart.container().list("volumeMounts").stream().map(mount -> mount.text("mountPath")))
                .doesNotHaveDuplicates();
        for (Manifest volume : chart.pod().list("spec", "volumes")) {
            String map = volume.text("configMap", "name");
            if (volume.has("configMap") && !map.equals("own")) {
                assertThat(chart.named("ConfigMap", map).has("data")).isTrue();
            }
        }
    }

    private BootConfig boot(RenderedChart chart, int node) throws Exception {
        Path file = Files.writeString(
                folder.resolve("forebay.properties"),
                chart.named("ConfigMap", "edge-forebay-boot").text("data", "forebay.properties"));
        assertThat(chart.container().list("args").stream().map(arg -> String.valueOf(arg.value())))
                .contains("--config=/etc/forebay/boot/forebay.properties", "--set=node.id=$(FOREBAY_NODE)");
        return BootFile.read(file, Map.of("node.id", Integer.toString(node))).config(folder, folder);
    }

    @ParameterizedTest
    @MethodSource("valueSets")
    void bootConfigurationFitsThePods(String values) throws Exception {
        RenderedChart chart = chart(values);
        int replicas = (int) chart.only("StatefulSet").number("spec", "replicas");
        Map<String, Long> ports = chart.container().list("ports").stream()
                .collect(Collectors.toMap(port -> port.text("name"), port -> port.number("containerPort")));

        for (int node = 0; node < replicas; node++) {
            BootConfig boot = boot(chart, node);
            HealthSettings health = requireNonNull(boot.health());
            assertThat((long) health.port()).isEqualTo(ports.get("health"));
            assertThat(health.hasMetrics())
                    .isEqualTo(!chart.all("ServiceMonitor").isEmpty());
            assertThat(boot.jobs().shards()).isEqualTo(replicas);
            assertThat(boot.jobs().runsSchedules()).isEqualTo(node == 0);
            long drainSeconds =
                    (boot.gateway().drain().noticeNs() + boot.gateway().drain().limitNs()) / 1_000_000_000L;
            assertThat(chart.pod().number("spec", "terminationGracePeriodSeconds"))
                    .isGreaterThan(drainSeconds);
        }
    }

    @Test
    void greatNumbersOfTheBootConfigurationStayNumbers() throws Exception {
        RenderedChart chart = chart("""
                boot:
                  connections.max: 1000000
                  log.file: /var/lib/forebay/log
                  log.file.bytes.max: 209715200
                  traces.endpoint: http://collector:4318
                  traces.ratio: 0.25
                """);

        assertThat(boot(chart, 0).gateway().connectionsMax()).isEqualTo(1_000_000);
        assertThat(chart.named("ConfigMap", "edge-forebay-boot").text("data", "forebay.properties"))
                .contains("\nlog.file.bytes.max = 209715200\n", "\ntraces.ratio = 0.25");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[::]", "0.0.0.0"})
    void bootTakesKeysThatTheChartDoesNotWrite(String host) throws Exception {
        BootConfig boot = boot(chart("""
                        replicas: 3
                        peers: {tlsSecret: peers}
                        boot: {peers.calls.max: 99, peers.host: "%1$s", health.host: "%1$s"}
                        """.formatted(host)), 2);

        PeerSettings peers = requireNonNull(boot.gateway().peers());
        assertThat(peers.callsMax()).isEqualTo(99);
        assertThat(peers.listenHost()).isEqualTo(host);
        assertThat(requireNonNull(boot.health()).host()).isEqualTo(host);
    }

    /// Each key that the chart writes, if all are written.
    @Test
    void bootRefusesKeysThatTheChartWrites() throws Exception {
        String written = chart(THREE).named("ConfigMap", "edge-forebay-boot").text("data", "forebay.properties");
        List<String> keys = Stream.concat(
                        written.lines().map(line -> line.substring(0, line.indexOf(" = "))), Stream.of("node.id"))
                .toList();

        assertThat(keys).hasSizeGreaterThan(10);
        for (String key : keys) {
            assertThatThrownBy(() -> chart("{replicas: 3, peers: {tlsSecret: peers}, boot: {" + key + ": 1}}"))
                    .hasMessageContaining("boot must not have " + key + ": the chart sets it");
        }
    }

    @Test
    void podsFindEachOther() throws Exception {
        RenderedChart chart = chart(THREE);
        PeerSettings peers = requireNonNull(boot(chart, 1).gateway().peers());

        assertThat(peers.address()).isEqualTo("edge-forebay-{shard}.edge-forebay-peers.shop.svc.cluster.local:9443");
        Manifest set = chart.only("StatefulSet");
        assertThat(set.name()).isEqualTo("edge-forebay");
        assertThat(set.text("spec", "serviceName")).isEqualTo("edge-forebay-peers");
        Manifest headless = chart.named("Service", "edge-forebay-peers");
        assertThat(headless.text("spec", "clusterIP")).isEqualTo("None");
        assertThat(headless.text("spec", "publishNotReadyAddresses")).isEqualTo("true");
        assertThat(chart.container().text("env", 0, "valueFrom", "fieldRef", "fieldPath"))
                .isEqualTo("metadata.labels['apps.kubernetes.io/pod-index']");
        PeerFiles files = requireNonNull(boot(chart, 1).peers());
        String certificates = String.valueOf(files.certificate().getParent());
        assertThat(chart.container().list("volumeMounts").stream()
                        .filter(mount -> mount.text("name").equals("peers"))
                        .map(mount -> mount.text("mountPath")))
                .containsExactly(certificates);
        Manifest ofPeers = chart.only("NetworkPolicy").list("spec", "ingress").getLast();
        assertThat(ofPeers.text("ports", 0, "port")).isEqualTo("peers");
        assertContains(chart.pod().map("metadata", "labels"), ofPeers.map("from", 0, "podSelector", "matchLabels"));
    }

    /// The first of two upgrades: what the pods are told of their peers is what the second leaves as it is.
    @ParameterizedTest
    @CsvSource({"1, 3", "3, 5"})
    void podsKnowOfMoreBeforeThereAreMore(int replicas, int count) throws Exception {
        String values = "{replicas: %d, peers: {count: %d, tlsSecret: peers}}";
        RenderedChart first = chart(values.formatted(replicas, count));
        RenderedChart second = chart(values.formatted(count, count));

        assertThat(first.only("StatefulSet").number("spec", "replicas")).isEqualTo(replicas);
        for (int node = 0; node < replicas; node++) {
            assertThat(boot(first, node).jobs().shards()).isEqualTo(count);
            assertThat(requireNonNull(boot(first, node).gateway().peers()).shards())
                    .isEqualTo(count);
        }
        assertThat(second.only("StatefulSet").number("spec", "replicas")).isEqualTo(count);
        assertThat(first.pod().value())
                .as("no pod restarts")
                .isEqualTo(second.pod().value());
        for (String kind : List.of("Service", "NetworkPolicy", "ConfigMap")) {
            assertThat(first.all(kind)).isEqualTo(second.all(kind));
        }
        assertThat(first.pod().value())
                .isEqualTo(chart("{replicas: %d, peers: {tlsSecret: peers}}".formatted(count))
                        .pod()
                        .value());
    }

    /// Probes need no rule: they come from the node.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | none",
                "{metrics: {prometheusRule: {enabled: true}}} | none",
                "{metrics: {enabled: true}} | everybody",
                "{networkPolicy: {healthFrom: [{podSelector: {}}]}} | [{podSelector={}}]",
                "{metrics: {enabled: true}, networkPolicy: {healthFrom: [{podSelector: {}}]}} | [{podSelector={}}]",
            })
    void healthPortIsForScrapers(String values, String from) throws IOException {
        List<String> found = chart(values).only("NetworkPolicy").list("spec", "ingress").stream()
                .filter(rule -> rule.text("ports").contains("health"))
                .map(rule -> rule.has("from") ? rule.text("from") : "everybody")
                .toList();

        assertThat(found).isEqualTo(from.equals("none") ? List.of() : List.of(from));
    }

    /// Clients come by UDP to the number that the gateway gives them, which is that of its listener.
    @Test
    void portOfHttp3IsLedToByItsOwnNumber() throws IOException {
        RenderedChart chart = chart(ALL);
        List<Manifest> ports = chart.named("Service", "edge-forebay").list("spec", "ports").stream()
                .filter(port -> port.text("protocol").equals("UDP"))
                .toList();
        List<Manifest> allowed = chart.only("NetworkPolicy").list("spec", "ingress", 0, "ports").stream()
                .filter(port -> port.text("protocol").equals("UDP"))
                .toList();

        assertThat(ports).hasSize(1);
        assertThat(ports.getFirst().map())
                .isEqualTo(Map.of("name", "https-h3", "port", 8443, "targetPort", 8443, "protocol", "UDP"));
        assertThat(allowed).hasSize(1);
        assertThat(allowed.getFirst().map()).isEqualTo(Map.of("port", 8443, "protocol", "UDP"));
        assertThat(chart(THREE).manifests().toString()).doesNotContain("UDP");
    }

    @Test
    void podThatIsAloneHasNoPeers() throws Exception {
        RenderedChart chart = chart(ONE);

        assertThat(boot(chart, 0).gateway().peers()).isNull();
        assertThat(chart.container().list("ports").stream().map(port -> port.text("name")))
                .containsExactly("http", "health");
    }

    @Test
    void changeOfTheBootConfigurationRestartsPodsAndOneOfThePolicyDoesNot() throws IOException {
        Map<?, ?> before = chart(ONE).pod().map("metadata", "annotations");

        assertThat(chart("{boot: {access.log: all}}").pod().map("metadata", "annotations"))
                .isNotEqualTo(before);
        assertThat(chart("{policy: {gateway.yaml: '# none'}}").pod().value())
                .isEqualTo(chart(ONE).pod().value());
    }

    @Test
    void policyPassesTheCheck() throws Exception {
        Path policy = Files.createDirectories(folder.resolve("policy"));
        RenderedChart chart = chart(ONE);
        long clients = chart.container().number("ports", 0, "containerPort");
        Map<?, ?> files = chart.named("ConfigMap", "edge-forebay-policy").map("data");
        for (Map.Entry<?, ?> file : files.entrySet()) {
            Files.writeString(policy.resolve(String.valueOf(file.getKey())), String.valueOf(file.getValue()));
        }
        PolicyReloader reloader =
                new PolicyReloader(ReloadSettings.of(policy), _ -> {}, List.of(), System::currentTimeMillis);
        reloader.boot();

        assertThat(reloader.report().diagnostics()).isEmpty();
        assertThat(reloader.holder().current().ports()).hasSize(1).allMatch(port -> port.port() == clients);
    }

    @ParameterizedTest
    @MethodSource("valueSets")
    void podsMayDoLittle(String values) throws IOException {
        RenderedChart chart = chart(values);
        Manifest pod = chart.pod().at("spec", "securityContext");
        Manifest container = chart.container().at("securityContext");

        assertThat(pod.text("runAsNonRoot")).isEqualTo("true");
        assertThat(pod.number("runAsUser")).isEqualTo(65_532);
        assertThat(pod.number("runAsGroup")).isZero();
        assertThat(pod.text("fsGroupChangePolicy")).isEqualTo("OnRootMismatch");
        assertThat(pod.text("seccompProfile", "type")).isIn("RuntimeDefault", "Localhost");
        assertThat(container.text("allowPrivilegeEscalation")).isEqualTo("false");
        assertThat(container.text("readOnlyRootFilesystem")).isEqualTo("true");
        assertThat(container.at("capabilities", "drop").value()).isEqualTo(List.of("ALL"));
        assertThat(chart.pod().text("spec", "automountServiceAccountToken")).isEqualTo("false");
    }

    @Test
    void rulesAreThoseThatAreShippedAndTheirJobIsFound() throws IOException {
        RenderedChart chart = RenderedChart.of(folder, "edge", ALL + "fullnameOverride: gateway\n");

        for (String file : List.of("alerts", "recording")) {
            String text = Files.readString(Checkout.root().resolve("packaging/observability/rules/" + file + ".yaml"));
            assertThat(chart.named("PrometheusRule", "gateway-" + file).map("spec"))
                    .isEqualTo(new Load(LoadSettings.builder().build()).loadFromString(text));
        }
        assertThat(chart.only("ServiceMonitor").text("spec", "endpoints", 0, "relabelings", 0, "replacement"))
                .contains("forebay");
    }

    @Test
    void versionIsThatOfTheProgram() throws IOException {
        String text = Files.readString(RenderedChart.folder().resolve("Chart.yaml"));

        assertThat(text).contains("\nversion: " + Version.TEXT + "\n", "\nappVersion: \"" + Version.TEXT + "\"\n");
        assertThat(chart(ONE).container().text("image")).isEqualTo("forebay:" + Version.TEXT);
    }
}
