package io.forebay.policy.offload;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.policy.HeaderName;
import io.forebay.policy.Refusal;
import io.forebay.policy.TestRequest;
import io.forebay.policy.offload.OffloadRule.ClientOption;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JobOptionsTest {
    private static final long NOW_MS = Instant.parse("2026-11-26T08:00:00Z").toEpochMilli();
    private static final JobOptionRules ALL = new JobOptionRules(EnumSet.allOf(ClientOption.class), 4, 7);

    private static TestRequest request(String... fields) {
        TestRequest request = new TestRequest("POST", "h", "/");
        for (int i = 0; i < fields.length; i += 2) {
            request = request.with(fields[i], fields[i + 1]);
        }
        return request;
    }

    private static final CallbackRule CALLBACK =
            new CallbackRule("default/callbacks", TestKeys.signing(), List.of(), false, false);

    private static JobOptions of(JobOptionRules rules, String... fields) {
        return JobOptions.of(request(fields), rules, CALLBACK, HeaderName.of("x-customer"), NOW_MS);
    }

    @Test
    void clientThatSaysNothingGetsTheDefaults() {
        assertThat(of(ALL)).isEqualTo(new JobOptions.Chosen(4, null, 0, 0, null, null));
    }

    @Test
    void whatIsNotAcceptedIsNotHeard() {
        JobOptionRules deaf = new JobOptionRules(Set.of(), 5, 9);
        assertThat(of(
                        deaf,
                        "forebay-priority",
                        "x",
                        "forebay-delay",
                        "x",
                        "forebay-not-before",
                        "x",
                        "forebay-deadline",
                        "x",
                        "forebay-ordering-key",
                        ""))
                .isEqualTo(new JobOptions.Chosen(5, null, 0, 0, null, null));
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "7, 7", "9, 7"})
    void priorityIsCapped(String asked, int given) {
        assertThat(of(ALL, "forebay-priority", asked)).isEqualTo(new JobOptions.Chosen(given, null, 0, 0, null, null));
    }

    @Test
    void theLaterOfDelayAndNotBeforeCounts() {
        assertThat(of(ALL, "forebay-delay", "90s")).isEqualTo(new JobOptions.Chosen(4, null, 90_000, 0, null, null));
        assertThat(of(ALL, "forebay-delay", "90s", "forebay-not-before", "2026-11-26T10:02:00+02:00"))
                .isEqualTo(new JobOptions.Chosen(4, null, 120_000, 0, null, null));
        assertThat(of(ALL, "forebay-not-before", "2020-01-01T00:00:00Z"))
                .isEqualTo(new JobOptions.Chosen(4, null, 0, 0, null, null));
    }

    @Test
    void queuesOwnFieldGoesBeforeTheClientsKey() {
        assertThat(of(ALL, "forebay-ordering-key", "a")).isEqualTo(new JobOptions.Chosen(4, "a", 0, 0, null, null));
        assertThat(of(ALL, "forebay-ordering-key", "a", "x-customer", "b"))
                .isEqualTo(new JobOptions.Chosen(4, "b", 0, 0, null, null));
        assertThat(of(ALL, "forebay-ordering-key", "a", "x-customer", ""))
                .isEqualTo(new JobOptions.Chosen(4, null, 0, 0, null, null));
        assertThat(of(JobOptionRules.NONE, "x-customer", "b"))
                .isEqualTo(new JobOptions.Chosen(5, "b", 0, 0, null, null));
    }

    @Test
    void deadlineMayHavePassed() {
        assertThat(of(ALL, "forebay-deadline", "2026-11-26T07:59:59Z"))
                .isEqualTo(new JobOptions.Chosen(4, null, 0, NOW_MS - 1_000, null, null));
        assertThat(of(ALL, "forebay-deadline", "2026-11-26T08:00:01Z"))
                .isEqualTo(new JobOptions.Chosen(4, null, 0, NOW_MS + 1_000, null, null));
    }

    @Test
    void callUnderWayNeitherWaitsNorStandsInLine() {
        assertThat(new JobOptions.Chosen(3, "a", 10, 20, null, null).underWay())
                .isEqualTo(new JobOptions.Chosen(3, null, 0, 0, null, null));
    }

    @ParameterizedTest
    @CsvSource({
        "forebay-priority, 10",
        "forebay-priority, -1",
        "forebay-priority, ''",
        "forebay-delay, 90",
        "forebay-delay, 99999h",
        "forebay-not-before, tomorrow",
        "forebay-not-before, 2026-11-26T08:00:00",
        "forebay-not-before, 2099-01-01T00:00:00Z",
        "forebay-deadline, +999999999-12-31T23:59:59Z",
        "forebay-ordering-key, ''",
        "x-customer, b\u00e9",
    })
    void optionThatCannotBeReadIsRefusedByName(String header, String value) {
        assertThat(of(ALL, header, value))
                .isInstanceOfSatisfying(
                        JobOptions.Refused.class,
                        refused -> assertThat(refused.refusal())
                                .isInstanceOfSatisfying(
                                        Refusal.JobOptionInvalid.class,
                                        invalid -> assertThat(invalid.header()).isEqualTo(header)));
    }

    @Test
    void orderingKeyHasAtMost255Bytes() {
        assertThat(of(ALL, "forebay-ordering-key", "k".repeat(255))).isInstanceOf(JobOptions.Chosen.class);
        assertThat(of(ALL, "forebay-ordering-key", "k".repeat(256))).isInstanceOf(JobOptions.Refused.class);
    }

    @Test
    void callbackIsAUrlThatThePolicyAccepts() {
        String url = "https://shop.test/hooks";
        assertThat(of(ALL, "forebay-callback", url)).isEqualTo(new JobOptions.Chosen(4, null, 0, 0, null, url));
        assertThat(of(ALL, "forebay-callback", "http://shop.test/hooks"))
                .isEqualTo(
                        new JobOptions.Refused(new Refusal.JobOptionInvalid("forebay-callback", CALLBACK.expected())));
        assertThat(of(JobOptionRules.NONE, "forebay-callback", "nonsense"))
                .isEqualTo(new JobOptions.Chosen(5, null, 0, 0, null, null));
        assertThat(JobOptions.of(request("forebay-callback", url), ALL, null, null, NOW_MS))
                .as("a policy without callbacks")
                .isEqualTo(new JobOptions.Chosen(4, null, 0, 0, null, null));
    }
}
