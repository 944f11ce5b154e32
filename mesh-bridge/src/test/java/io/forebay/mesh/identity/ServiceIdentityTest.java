package io.forebay.mesh.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServiceIdentityTest {
    @ParameterizedTest
    @CsvSource(
            emptyValue = "",
            value = {
                "spiffe://example, example, ''",
                "spiffe://example/kitchen, example, /kitchen",
                "spiffe://a-b_c.1/ns/Prod/sa/x_y-z.1, a-b_c.1, /ns/Prod/sa/x_y-z.1",
                "spiffe://1.2.3.4/..., 1.2.3.4, /...",
                "spiffe://example/.hidden, example, /.hidden",
            })
    void validNamesAreTakenApartAndWrittenTheSame(String name, String trustDomain, String path) {
        ServiceIdentity identity = ServiceIdentity.parse(name);
        assertThat(identity.trustDomain()).isEqualTo(trustDomain);
        assertThat(identity.path()).isEqualTo(path);
        assertThat(identity).hasToString(name);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | does not begin with spiffe://",
                "https://example/x | does not begin with spiffe://",
                "spiffe:/example | does not begin with spiffe://",
                "SPIFFE://example | does not begin with spiffe://",
                "spiffe:// | has no trust domain",
                "spiffe:///x | has no trust domain",
                "spiffe://Example/x | the trust domain may contain only a-z, 0-9, dot, dash and underscore",
                "spiffe://example:8443/x | the trust domain may contain only a-z, 0-9, dot, dash and underscore",
                "spiffe://user@example/x | the trust domain may contain only a-z, 0-9, dot, dash and underscore",
                "spiffe://exa%6dple/x | the trust domain may contain only a-z, 0-9, dot, dash and underscore",
                "spiffe://exämple/x | the trust domain may contain only a-z, 0-9, dot, dash and underscore",
                "spiffe://example?x=1 | the trust domain may contain only a-z, 0-9, dot, dash and underscore",
                "spiffe://example/ | the path has an empty segment or ends with a slash",
                "spiffe://example/x/ | the path has an empty segment or ends with a slash",
                "spiffe://example//x | the path has an empty segment or ends with a slash",
                "spiffe://example/./x | the path has a . or .. segment",
                "spiffe://example/x/.. | the path has a . or .. segment",
                "spiffe://example/x%2fy | the path may contain only letters, digits, dot, dash, underscore and slash",
                "spiffe://example/x?y | the path may contain only letters, digits, dot, dash, underscore and slash",
                "spiffe://example/x#y | the path may contain only letters, digits, dot, dash, underscore and slash",
                "spiffe://example/x y | the path may contain only letters, digits, dot, dash, underscore and slash",
            })
    void namesThatAreNotSpiffeIdsAreRefusedWithTheReason(String name, String fault) {
        assertThat(ServiceIdentity.fault(name)).isEqualTo(fault);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ServiceIdentity.parse(name))
                .withMessage(fault);
    }

    @Test
    void lengthsAreBoundedAsTheSpecificationSays() {
        String domain = "d".repeat(255);
        assertThat(ServiceIdentity.fault("spiffe://" + domain)).isNull();
        assertThat(ServiceIdentity.fault("spiffe://" + domain + "d"))
                .isEqualTo("the trust domain is longer than 255 bytes");
        String longest = "spiffe://d/" + "x".repeat(2_048 - 11);
        assertThat(ServiceIdentity.fault(longest)).isNull();
        assertThat(ServiceIdentity.fault(longest + "x")).isEqualTo("longer than 2048 bytes");
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "//x", "/x/"})
    void partsThatDoNotMakeAnIdAreRefused(String path) {
        assertThatIllegalArgumentException().isThrownBy(() -> new ServiceIdentity("example", path));
    }

    @Test
    void aTrustDomainCannotSmuggleAPathIn() {
        assertThatIllegalArgumentException().isThrownBy(() -> new ServiceIdentity("example/x", "/y"));
        assertThatIllegalArgumentException().isThrownBy(() -> new ServiceIdentity("example", "y"));
    }

    @Test
    void membershipIsByTrustDomain() {
        ServiceIdentity cook = ServiceIdentity.parse("spiffe://example/kitchen/cook");
        assertThat(cook.isOfDomainOf(ServiceIdentity.parse("spiffe://example/hall")))
                .isTrue();
        assertThat(cook.isOfDomainOf(ServiceIdentity.parse("spiffe://example.org/kitchen/cook")))
                .isFalse();
    }
}
