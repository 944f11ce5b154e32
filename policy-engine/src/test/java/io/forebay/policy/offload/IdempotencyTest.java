package io.forebay.policy.offload;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.policy.HeaderName;
import io.forebay.policy.Refusal;
import io.forebay.policy.TestRequest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdempotencyTest {

    private static final HeaderName HEADER = IdempotencyRule.HEADER_DEFAULT;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "8e03978e-40d5-43e8-bc93-6894a57f9324 | 8e03978e-40d5-43e8-bc93-6894a57f9324",
                "\"8e03978e-40d5\" | 8e03978e-40d5",
                "\"a \\\"b\\\" \\\\ c\" | a \"b\" \\ c",
                "a | a",
                "{x}:/=+ | {x}:/=+",
            })
    void keyIsAStructuredStringOrBare(String field, String key) {
        assertThat(IdempotencyKey.parse(field)).isEqualTo(key);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\"\"",
                "\"",
                "\"a",
                "a\"",
                "\"a\"b",
                "\"a\";p=1",
                "a b",
                "a, b",
                "a,b",
                "\"a\\n\"",
                "\"a\\\"",
                "\"é\"",
                "é",
                "\"a\tb\"",
                "a;b"
            })
    void anythingElseIsNoKey(String field) {
        assertThat(IdempotencyKey.parse(field)).isNull();
    }

    @Test
    void keyHasAtMost255Bytes() {
        assertThat(IdempotencyKey.parse("k".repeat(255))).hasSize(255);
        assertThat(IdempotencyKey.parse("k".repeat(256))).isNull();
        assertThat(IdempotencyKey.parse('"' + "k".repeat(255) + '"')).hasSize(255);
        assertThat(IdempotencyKey.parse('"' + "k".repeat(256) + '"')).isNull();
    }

    @Test
    void missingKeyIsRefusedOnlyWhereOneIsRequired() {
        TestRequest request = new TestRequest("POST", "h", "/");
        IdempotencyRule optional = new IdempotencyRule(HEADER, 1, false, "s");
        IdempotencyRule required = new IdempotencyRule(HEADER, 1, true, "s");
        assertThat(optional.key(request)).isEqualTo(IdempotencyKey.Absent.INSTANCE);
        assertThat(required.key(request))
                .isEqualTo(new IdempotencyKey.Refused(new Refusal.IdempotencyKeyMissing("idempotency-key")));
    }

    @Test
    void malformedAndRepeatedKeysAreRefused() {
        IdempotencyRule rule = new IdempotencyRule(HEADER, 1, false, "s");
        IdempotencyKey invalid = new IdempotencyKey.Refused(new Refusal.IdempotencyKeyInvalid("idempotency-key"));
        TestRequest one = new TestRequest("POST", "h", "/").with("idempotency-key", "k");
        assertThat(rule.key(one)).isEqualTo(new IdempotencyKey.Given("k"));
        assertThat(rule.key(one.with("idempotency-key", "k"))).isEqualTo(invalid);
        assertThat(rule.key(new TestRequest("POST", "h", "/").with("idempotency-key", "")))
                .isEqualTo(invalid);
    }

    private static String fingerprint(TestRequest request, String... parts) {
        Fingerprint fingerprint = new Fingerprint(request);
        for (String part : parts) {
            fingerprint.body(ByteBuffer.wrap(part.getBytes(StandardCharsets.UTF_8)));
        }
        return HexFormat.of().formatHex(fingerprint.digest());
    }

    @Test
    void everyPartOfARequestChangesItsFingerprint() {
        List<String> fingerprints = List.of(
                fingerprint(new TestRequest("POST", "h", "/a?b"), "body"),
                fingerprint(new TestRequest("PUT", "h", "/a?b"), "body"),
                fingerprint(new TestRequest("POSTh", "", "/a?b"), "body"),
                fingerprint(new TestRequest("POST", "h", "/ab?"), "body"),
                fingerprint(new TestRequest("POST", "h", "/?ab"), "body"),
                fingerprint(new TestRequest("POST", "h", "/a?bb"), "ody"),
                fingerprint(new TestRequest("POST", "h2", "/a?b"), "body"),
                fingerprint(new TestRequest("POST", "h", "/ab"), "body"),
                fingerprint(new TestRequest("POST", "h", "/a?"), "body"),
                fingerprint(new TestRequest("POST", "h", "/a"), "body"),
                fingerprint(new TestRequest("POST", "h", "/a?c"), "body"),
                fingerprint(new TestRequest("POST", "h", "/a?b").with("content-type", "text/plain"), "body"),
                fingerprint(new TestRequest("POST", "h", "/a?b").with("content-type", ""), "body"),
                fingerprint(new TestRequest("POST", "h", "/a?b"), "bodY"),
                fingerprint(new TestRequest("POST", "h", "/a?b")));
        Set<String> distinct = new HashSet<>(fingerprints);
        assertThat(distinct).hasSameSizeAs(fingerprints);
    }

    @Test
    void fingerprintDoesNotDependOnHowTheBodyArrivesOrOnOtherHeaders() {
        String whole = fingerprint(new TestRequest("POST", "h", "/a"), "body");
        assertThat(fingerprint(new TestRequest("POST", "h", "/a").with("x-trace", "1"), "bo", "", "dy"))
                .isEqualTo(whole);
        Fingerprint bytes = new Fingerprint(new TestRequest("POST", "h", "/a"));
        bytes.body("xbodyx".getBytes(StandardCharsets.UTF_8), 1, 4);
        assertThat(HexFormat.of().formatHex(bytes.digest())).isEqualTo(whole);
    }
}
