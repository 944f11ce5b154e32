package io.forebay.policy.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeySetTest {
    /// Of RFC 7638.
    private static final String MODULUS =
            "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPeb"
                    + "WKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAta"
                    + "Sqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINH"
                    + "aQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";

    @Test
    void thumbprintIsThatOfRfc7638() throws KeySetException {
        KeySet set = KeySet.parse(rsa(MODULUS, "AQAB"));
        assertThat(set.keys().getFirst().thumbprint()).isEqualTo("RS256.NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
    }

    @Test
    void keysForOtherUsesAndOfUnknownTypesAreSkipped() throws KeySetException {
        String good = TestIssuer.hmac("good").jwk();
        KeySet set = KeySet.parse("{\"keys\":[{\"kty\":\"PQC\"},{\"kty\":\"RSA\",\"use\":\"enc\"}," + good + "]}");
        assertThat(set.keys()).singleElement().extracting(VerificationKey::id).isEqualTo("good");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{} | no array 'keys'",
                "[] | no array 'keys'",
                "{\"keys\":[]} | no key for signatures",
                "{\"keys\":[1]} | keys[0]",
                "{\"keys\":[{\"kty\":\"RSA\"}]} | keys[0] has no 'n'",
                "{\"keys\":[{\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"AQAB\"}]} | at least 2048",
                "{\"keys\":[{\"kty\":\"RSA\",\"n\":\"!!\",\"e\":\"AQAB\"}]} | not base64url",
                "{\"keys\":[{\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"AQAB\",\"d\":\"AQAB\"}]} | private key",
                "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AQ\",\"y\":\"AQ\"}]} | not a point of its curve",
                "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"secp256k1\",\"x\":\"AQ\",\"y\":\"AQ\"}]} | P-256 and P-384",
                "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed448\",\"x\":\"AQ\"}]} | Ed25519 is supported",
                "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"AQ\"}]} | 32 are needed",
                "{\"keys\":[{\"kty\":\"oct\",\"k\":\"c2hvcnQ\"}]} | at least 32",
                "{\"keys\":[{\"kty\":\"oct\",\"k\":\"c2hvcnQ\",\"alg\":\"none\"}]} | does not fit",
                "{\"keys\":[{\"kty\":\"oct\",\"k\":5}]} | not a string",
                "{\"keys\":[],\"keys\":[]} | no JSON document",
                "{\"keys\":[]} x | no JSON document",
                "nope | no JSON document at line 1",
            })
    void unusableDocumentsAreRefusedWithTheKeyAndTheReason(String document, String message) {
        assertThatThrownBy(() -> KeySet.parse(document))
                .isInstanceOf(KeySetException.class)
                .hasMessageContaining(message);
    }

    /// 0, 1, 2, and an odd one of 34 bits: some providers take such a key, and verify nothing with it.
    @ParameterizedTest
    @ValueSource(strings = {"AA", "AQ", "Ag", "AgAAAAE"})
    void rsaKeyOfAnUnusableExponentIsRefused(String exponent) {
        assertThatThrownBy(() -> KeySet.parse(rsa(MODULUS, exponent)))
                .isInstanceOf(KeySetException.class)
                .hasMessageContaining("'e' is 3 or more");
    }

    @Test
    void rsaKeyOfAnEvenModulusIsRefused() {
        String even = MODULUS.substring(0, MODULUS.length() - 1) + "A";

        assertThatThrownBy(() -> KeySet.parse(rsa(even, "AQAB")))
                .isInstanceOf(KeySetException.class)
                .hasMessageContaining("both are odd");
    }

    private static String rsa(String modulus, String exponent) {
        return "{\"keys\":[{\"kty\":\"RSA\",\"n\":\"" + modulus + "\",\"e\":\"" + exponent
                + "\",\"alg\":\"RS256\",\"kid\":\"2011-04-29\"}]}";
    }

    @Test
    void secretsDoNotShowInMessages() {
        assertThatThrownBy(() -> KeySet.parse("{\"keys\":[{\"kty\":\"oct\",\"k\":\"topsecret\"]}"))
                .isInstanceOf(KeySetException.class)
                .hasMessageNotContaining("topsecret");
    }
}
