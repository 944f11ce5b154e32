package io.forebay.policy.compile;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRouteMatchBuilder;
import io.forebay.policy.route.RouteMatch.PathMatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RouteMappingTest {
    private static PathMatch mapped(String type, String value) {
        return RouteMapping.match(
                        new HTTPRouteMatchBuilder().withNewPath(type, value).build())
                .path();
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/jobs:purge, /v1/jobs:purge",
        "/v1/jobs%3Apurge, /v1/jobs:purge",
        "/%61dmin, /admin",
        "/caf%c3%a9, /caf%C3%A9",
    })
    void pathsAreSpelledAsRequestsAre(String value, String spelling) {
        assertThat(mapped("Exact", value)).isEqualTo(PathMatch.exact(spelling));
        assertThat(mapped("PathPrefix", value)).isEqualTo(PathMatch.prefix(spelling));
    }

    @Test
    void matchWithoutPathIsForAll() {
        assertThat(RouteMapping.match(new HTTPRouteMatchBuilder().build()).path())
                .isEqualTo(PathMatch.prefix("/"));
    }
}
