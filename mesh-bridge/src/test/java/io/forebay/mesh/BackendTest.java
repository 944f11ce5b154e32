package io.forebay.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BackendTest {
    private static final BackendId MENU = new BackendId("shop", "menu");

    @Test
    void anAddressTwiceIsRefusedWhateverTheWeights() {
        List<Endpoint> endpoints = List.of(new Endpoint("a", 80, 1), new Endpoint("a", 80, 2));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Backend(MENU, endpoints))
                .withMessage("backend shop/menu names a:80 twice");
    }

    @Test
    void sixtyFourEndpointsAreAllowedAndOneMoreIsNot() {
        List<Endpoint> endpoints = new ArrayList<>();
        for (int port = 1; port <= Backend.ENDPOINTS_MAX; port++) {
            endpoints.add(new Endpoint("a", port));
        }
        assertThat(new Backend(MENU, endpoints).endpoints()).hasSize(64);
        endpoints.add(new Endpoint("b", 1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Backend(MENU, endpoints))
                .withMessage("backend shop/menu has 65 endpoints, at most 64 are allowed");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 65_536})
    void portsOutsideTheirRangeAreRefused(int port) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Endpoint("a", port))
                .withMessage("port must be 1 to 65535: " + port);
    }

    @Test
    void unixSocketHasNoPort() {
        assertThat(Endpoint.unix("/run/app.sock")).hasToString("unix:/run/app.sock");
        assertThat(Endpoint.unix("/run/app.sock").isUnix()).isTrue();
        assertThat(new Endpoint("a", 1).isUnix()).isFalse();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Endpoint("/run/app.sock", 1, 1))
                .withMessage("port of a Unix socket must be 0: 1");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 65_536})
    void weightsOutsideTheirRangeAreRefused(int weight) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Endpoint("a", 80, weight))
                .withMessage("weight must be 0 to 65535: " + weight);
    }

    @Test
    void endpointsAreWrittenAsAuthorities() {
        assertThat(new Endpoint("menu.example", 80)).hasToString("menu.example:80");
        assertThat(new Endpoint("::1", 80)).hasToString("[::1]:80");
    }

    @Test
    void limitsBelowOneAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new BackendLimits(1, 0, 1))
                .withMessage("pendingMax must be at least 1: 0");
    }

    @Test
    void aSnapshotFindsBackendsByIdAndRefusesTwoOfOneName() {
        Backend menu = new Backend(MENU, List.of(new Endpoint("a", 80)));
        BackendSnapshot snapshot = BackendSnapshot.of(7, List.of(menu));
        assertThat(snapshot.generation()).isEqualTo(7);
        assertThat(snapshot.backend(new BackendId("shop", "menu"))).isSameAs(menu);
        assertThat(snapshot.backend(new BackendId("shop", "other"))).isNull();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BackendSnapshot.of(8, List.of(menu, menu)))
                .withMessage("two backends named shop/menu");
    }

    @Test
    void anIdIsReadAsItIsWritten() {
        assertThat(BackendId.of("shop/menu")).isEqualTo(MENU).hasToString("shop/menu");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BackendId.of("menu"))
                .withMessage("not namespace/name: menu");
    }

    @Test
    void idsSortByNamespaceThenName() {
        assertThat(List.of(new BackendId("b", "a"), new BackendId("a", "b"), new BackendId("a", "a")).stream()
                        .sorted())
                .extracting(BackendId::toString)
                .containsExactly("a/a", "a/b", "b/a");
    }
}
