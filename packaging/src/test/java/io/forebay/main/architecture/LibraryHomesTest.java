package io.forebay.main.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every library has a home; elsewhere it is not imported.
class LibraryHomesTest {
    private static final Map<String, List<String>> HOMES = Map.ofEntries(
            Map.entry("org.rocksdb..", List.of("io.forebay.offload.rocks..")),
            Map.entry("com.lmax.disruptor..", List.of("io.forebay.offload.intake..", "io.forebay.gateway.telemetry..")),
            Map.entry("io.netty..", List.of("io.forebay.gateway..")),
            Map.entry("org.bouncycastle..", List.of("io.forebay.mesh.identity..")),
            Map.entry("com.auth0..", List.of("io.forebay.policy.token..")),
            Map.entry("com.amazon.corretto..", List.of("io.forebay.policy.token..")),
            Map.entry("dev.cel..", List.of("io.forebay.policy.expression..")),
            Map.entry("com.networknt..", List.of("io.forebay.policy.schema..")),
            Map.entry("com.google.re2j..", List.of("io.forebay.policy.expression..")),
            Map.entry("org.snakeyaml..", List.of("io.forebay.policy.document..")),
            Map.entry("io.fabric8.kubernetes.api.model..", List.of("io.forebay.policy..", "io.forebay.mesh..")),
            Map.entry("io.helidon..", List.of("io.forebay.admin.server..")),
            Map.entry("io.micrometer..", List.of("io.forebay.gateway..", "io.forebay.main..")),
            Map.entry(
                    "io.prometheus..",
                    List.of(
                            "io.forebay.gateway.telemetry..",
                            "io.forebay.gateway.otlp..",
                            "io.forebay.main.operator..")),
            Map.entry(
                    "tools.jackson..",
                    List.of(
                            "io.forebay.policy..",
                            "io.forebay.gateway..",
                            "io.forebay.admin..",
                            "io.forebay.main.log..",
                            "io.forebay.main.store..",
                            "io.forebay.main.output..")),
            Map.entry("picocli..", List.of("io.forebay.main..")));

    static List<String> libraries() {
        return HOMES.keySet().stream().sorted().toList();
    }

    @ParameterizedTest
    @MethodSource("libraries")
    void libraryStaysAtHome(String library) {
        String[] homes = HOMES.getOrDefault(library, List.of()).toArray(String[]::new);
        noClasses()
                .that()
                .resideOutsideOfPackages(homes)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(library)
                .check(Classes.ALL);
    }

    /// The rule for Netty, with a home where it is not.
    @Test
    void canaryFails() {
        assertThat(HOMES).containsKey("io.netty..");
        assertThatThrownBy(() -> noClasses()
                        .that()
                        .resideOutsideOfPackages("io.forebay.mesh..")
                        .should()
                        .dependOnClassesThat()
                        .resideInAPackage("io.netty..")
                        .check(Classes.ALL))
                .isInstanceOf(AssertionError.class);
    }
}
