package io.forebay.policy.expression;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RegularExpressionTest {

    @Test
    void wholeTextOrSomethingInIt() {
        RegularExpression digits = RegularExpression.of("[0-9]+");
        assertThat(digits.matches("12")).isTrue();
        assertThat(digits.matches("a12")).isFalse();
        assertThat(digits.matches("12a")).isFalse();
        assertThat(digits.isIn("a12b")).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "(?=a)b, RE2 does not take the pattern",
        "(a)\\1, RE2 does not take the pattern",
        "[a, RE2 does not take the pattern",
        "(a{100}){10}, the pattern is too costly",
    })
    void whatWouldCostMoreThanItsTextIsRefused(String regex, String problem) {
        assertThat(RegularExpression.problem(regex)).startsWith(problem);
    }

    @Test
    void longestExpressionIsBounded() {
        assertThat(RegularExpression.problem("(a|bc)".repeat(170))).contains("too costly");
        assertThat(RegularExpression.problem("a".repeat(1_025))).contains("more than 1024 characters");
        assertThat(RegularExpression.problem("a+b*")).isNull();
    }

    @Test
    void expressionsOfOneTextAreEqual() {
        assertThat(RegularExpression.of("a+"))
                .isEqualTo(RegularExpression.of("a+"))
                .isNotEqualTo(RegularExpression.of("a*"))
                .hasSameHashCodeAs(RegularExpression.of("a+"))
                .hasToString("a+");
    }
}
