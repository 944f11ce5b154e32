package io.forebay.main.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Packages that decide: time and randomness come in as parameters, and nothing is read or sent.
class PureCodeTest {
    private static final String[] PURE = {
        "io.forebay.policy",
        "io.forebay.policy.document..",
        "io.forebay.policy.compile..",
        "io.forebay.policy.route..",
        "io.forebay.policy.access..",
        "io.forebay.policy.limit..",
        "io.forebay.policy.offload..",
        "io.forebay.policy.schema..",
        "io.forebay.offload.machine..",
        "io.forebay.offload.codec..",
        "io.forebay.offload.timer..",
        "io.forebay.mesh.balance..",
        "io.forebay.mesh.discovery..",
        "io.forebay.mesh.health..",
        "io.forebay.mesh.resilience..",
    };
    private static final Set<String> CLOCKS = Set.of(
            "java.lang.System.currentTimeMillis",
            "java.lang.System.nanoTime",
            "java.time.Instant.now",
            "java.time.LocalDateTime.now",
            "java.time.ZonedDateTime.now",
            "java.time.Clock.systemUTC",
            "java.lang.Math.random",
            "java.util.concurrent.ThreadLocalRandom.current",
            "java.util.UUID.randomUUID",
            "java.lang.Thread.sleep");
    private static final DescribedPredicate<JavaMethodCall> ASKS_CLOCK_OR_DICE = DescribedPredicate.describe(
            "a clock or dice", call -> CLOCKS.contains(call.getTargetOwner().getFullName() + "." + call.getName()));

    /// A URI is a text with parts, and an address a few bytes; they lead nowhere by themselves.
    private static final DescribedPredicate<JavaClass> IS_NO_VALUE = DescribedPredicate.describe(
            "no value",
            type -> !Set.of("java.net.URI", "java.net.URISyntaxException", "java.net.InetAddress")
                    .contains(type.getFullName()));

    private static final DescribedPredicate<JavaMethodCall> ASKS_THE_NETWORK = DescribedPredicate.describe(
            "the network",
            call -> call.getTargetOwner().getFullName().equals("java.net.InetAddress")
                    && !Set.of("ofLiteral", "getAddress", "equals", "hashCode").contains(call.getName()));

    private static ArchRule noClockIn(String... packages) {
        return noClasses().that().resideInAnyPackage(packages).should().callMethodWhere(ASKS_CLOCK_OR_DICE);
    }

    private static ArchRule noInputOrOutputIn(String... packages) {
        return noClasses()
                .that()
                .resideInAnyPackage(packages)
                .should()
                .dependOnClassesThat(JavaClass.Predicates.resideInAnyPackage(
                                "java.net..", "java.nio.file..", "java.nio.channels..", "java.util.concurrent.locks..")
                        .and(IS_NO_VALUE))
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(Thread.class)
                .orShould()
                .callMethodWhere(ASKS_THE_NETWORK);
    }

    @Test
    void pureCodeAsksNoClockAndThrowsNoDice() {
        noClockIn(PURE).check(Classes.ALL);
    }

    @Test
    void pureCodeReadsAndSendsNothing() {
        noInputOrOutputIn(PURE).check(Classes.ALL);
    }

    @Test
    void stagesTouchNoFilesSocketsOrDatabase() {
        noClasses()
                .that()
                .resideInAPackage("io.forebay.gateway.stage..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.nio.file..", "java.net..", "org.rocksdb..", "java.nio.channels..")
                .check(Classes.ALL);
    }

    /// Claims whose signature nobody has verified are for explanations, never for requests.
    @Test
    void signaturesAreAssumedInExplanationsOnly() {
        noClasses()
                .that()
                .resideOutsideOfPackages("io.forebay.gateway.explain..", "io.forebay.main.explain..")
                .should()
                .dependOnClassesThat()
                .haveSimpleName("AssumedToken")
                .check(Classes.ALL);
    }

    @Test
    void canariesFail() {
        assertThatThrownBy(() -> noClockIn("io.forebay.gateway..").check(Classes.ALL))
                .isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> noInputOrOutputIn("io.forebay.policy.reload..").check(Classes.ALL))
                .isInstanceOf(AssertionError.class);
    }
}
