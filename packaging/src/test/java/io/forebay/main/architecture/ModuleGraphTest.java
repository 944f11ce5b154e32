package io.forebay.main.architecture;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.Test;

/// Three leaves, the gateway above them, admin above the gateway, packaging above all; no cycles between packages.
class ModuleGraphTest {
    private static final ArchRule GRAPH = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("policy")
            .definedBy("io.forebay.policy..")
            .layer("offload")
            .definedBy("io.forebay.offload..")
            .layer("mesh")
            .definedBy("io.forebay.mesh..")
            .layer("gateway")
            .definedBy("io.forebay.gateway..")
            .layer("admin")
            .definedBy("io.forebay.admin..")
            .layer("main")
            .definedBy("io.forebay.main..")
            .whereLayer("main")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("admin")
            .mayOnlyBeAccessedByLayers("main")
            .whereLayer("gateway")
            .mayOnlyBeAccessedByLayers("admin", "main")
            .whereLayer("policy")
            .mayOnlyBeAccessedByLayers("gateway", "admin", "main")
            .whereLayer("offload")
            .mayOnlyBeAccessedByLayers("gateway", "admin", "main")
            .whereLayer("mesh")
            .mayOnlyBeAccessedByLayers("gateway", "admin", "main");

    @Test
    void allModulesAreLookedAt() {
        assertThat(Classes.ALL.stream().map(type -> type.getPackageName().split("\\.", -1)[2]))
                .contains("policy", "offload", "mesh", "gateway", "admin", "main");
    }

    @Test
    void modulesDependAsTheArchitectureSays() {
        GRAPH.check(Classes.ALL);
    }

    @Test
    void packagesOfAModuleHaveNoCycles() {
        for (String module : new String[] {"policy", "offload", "mesh", "gateway", "admin", "main"}) {
            slices().matching("io.forebay." + module + ".(*)..")
                    .should()
                    .beFreeOfCycles()
                    .check(Classes.ALL);
        }
    }

    /// A rule that the classes break on purpose: if it passed, the rules above would be looking at nothing.
    @Test
    void canaryFails() {
        ArchRule wrong = layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("policy")
                .definedBy("io.forebay.policy..")
                .layer("gateway")
                .definedBy("io.forebay.gateway..")
                .whereLayer("policy")
                .mayNotBeAccessedByAnyLayer();

        assertThatThrownBy(() -> wrong.check(Classes.ALL)).isInstanceOf(AssertionError.class);
    }
}
