package io.forebay.policy.expression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forebay.policy.TestRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestExpressionTest {
    private static final TestRequest REQUEST = new TestRequest("POST", "shop.example", "/reports/2026?year=all")
            .with("x-heavy", "yes")
            .with("x-pages", "120")
            .with("accept", "text/csv")
            .with("accept", "text/html");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "request.headers['x-heavy'] == 'yes'",
                "'x-heavy' in request.headers",
                "!('x-light' in request.headers)",
                "request.method == 'POST' && request.path.startsWith('/reports/')",
                "request.host == 'shop.example' && request.query == 'year=all'",
                "int(request.headers['x-pages']) > 100",
                "request.headers['accept'].contains('text/html')",
                "request.path.matches('^/reports/[0-9]+$')",
                "request.size < 10 || request.size > 1000000",
                "request.headers['nowhere'] == 'x' || request.method == 'POST'",
                "request.headers['X-Heavy'] == 'yes'"
            })
    void holds(String text) {
        assertThat(RequestExpression.problem(text)).isNull();
        assertThat(RequestExpression.of(text).test(REQUEST)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "request.headers['nowhere'] == 'x'",
                "int(request.headers['x-heavy']) > 1",
                "request.method == 'post'",
                "request.size / 0 == 1",
                "false"
            })
    void doesNotHold(String text) {
        assertThat(RequestExpression.problem(text)).isNull();
        assertThat(RequestExpression.of(text).test(REQUEST)).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            request.headres['a'] == 'b' | 1:1: undeclared reference to 'request'
            request.method == 7         | 1:16: found no matching overload for '_==_'
            request.method              | 1:8: expected type 'bool' but found 'string'
            request.path.startsWith('/' | 1:28: missing ')' at '<EOF>'
            request.headers.exists(k, true) | 1:23: undeclared reference to 'exists'
            """)
    void saysWhatIsWrong(String text, String problem) {
        assertThat(RequestExpression.problem(text)).startsWith(problem);
        assertThatThrownBy(() -> RequestExpression.of(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void expressionsAreTheSameIfTheyReadTheSame() {
        assertThat(RequestExpression.of("true"))
                .isEqualTo(RequestExpression.of("true"))
                .hasSameHashCodeAs(RequestExpression.of("true"))
                .isNotEqualTo(RequestExpression.of("false"))
                .hasToString("true");
    }
}
