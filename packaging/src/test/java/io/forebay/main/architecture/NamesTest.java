package io.forebay.main.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchRule;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Names that say nothing are not given.
class NamesTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Util",
                "Utils",
                "Helper",
                "Helpers",
                "Manager",
                "Processor",
                "Impl",
                "Base",
                "Data",
                "Info",
                "Common"
            })
    void noClassIsCalledSo(String suffix) {
        ending(suffix).check(Classes.ALL);
    }

    @Test
    void noPackageIsCalledUtilOrCommon() {
        noClasses()
                .should()
                .resideInAnyPackage("..util..", "..utils..", "..common..", "..helper..", "..impl..", "..misc..")
                .check(Classes.ALL);
    }

    @Test
    void noStaticFieldIsMutable() {
        fields().that()
                .areStatic()
                .and()
                .doNotHaveModifier(JavaModifier.SYNTHETIC)
                .should()
                .beFinal()
                .check(Classes.ALL);
    }

    @Test
    void canaryFails() {
        assertThat(ending("Pipeline").evaluate(Classes.ALL).hasViolation()).isTrue();
        assertThat(classes()
                        .should()
                        .haveSimpleNameEndingWith("Pipeline")
                        .evaluate(Classes.ALL)
                        .hasViolation())
                .isTrue();
    }

    private static ArchRule ending(String suffix) {
        // A trust manager is what the JDK calls its own kind.
        return noClasses()
                .that()
                .areNotAssignableTo(TrustManager.class)
                .should()
                .haveSimpleNameEndingWith(suffix);
    }
}
