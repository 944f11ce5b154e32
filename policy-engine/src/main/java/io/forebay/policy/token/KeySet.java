package io.forebay.policy.token;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The keys of one provider, read from a JWKS document (RFC 7517 section 5). Immutable, any thread; a local set is
/// its own [KeySource].
public final class KeySet implements KeySource {

    /// The most keys a document may hold.
    public static final int KEYS_MAX = 256;

    /// The most keys tried on a token that names none.
    static final int KEYS_TRIED_MAX = 4;

    private final List<VerificationKey> keys;
    private final Set<String> thumbprints = new HashSet<>();

    private KeySet(List<VerificationKey> keys) {
        this.keys = List.copyOf(keys);
        keys.forEach(key -> thumbprints.add(key.thumbprint()));
    }

    /// Reads a JWKS document. Keys that are not for signatures are skipped; a broken key, or none left, is an error.
    public static KeySet parse(String jwks) throws KeySetException {
        JsonNode list = tree(jwks).get("keys");
        if (list == null || !list.isArray()) {
            throw new KeySetException("no JWKS document: it has no array 'keys'");
        }
        if (list.size() > KEYS_MAX) {
            throw new KeySetException("the JWKS holds " + list.size() + " keys, at most " + KEYS_MAX + " are read");
        }
        List<VerificationKey> keys = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            VerificationKey key = new JwkReader(list.get(i), "keys[" + i + "]").read();
            if (key != null) {
                keys.add(key);
            }
        }
        if (keys.isEmpty()) {
            throw new KeySetException("the JWKS has no key for signatures");
        }
        return new KeySet(keys);
    }

    private static JsonNode tree(String jwks) throws KeySetException {
        try {
            return JsonMapper.builder()
                    .enable(
                            DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY,
                            DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build()
                    .readTree(jwks);
        } catch (JacksonException e) {
            // The parser's message may quote the document, which may hold a secret.
            throw new KeySetException("no JSON document at line " + line(e));
        }
    }

    private static int line(JacksonException e) {
        return e.getLocation() == null ? 0 : e.getLocation().getLineNr();
    }

    @Override
    public KeySet current() {
        return this;
    }

    public List<VerificationKey> keys() {
        return keys;
    }

    /// Whether both verify the same tokens.
    public boolean hasSameKeys(KeySet other) {
        return thumbprints.equals(other.thumbprints);
    }

    /// Whether a key that verified a token earlier is still trusted.
    boolean holds(VerificationKey key) {
        return thumbprints.contains(key.thumbprint());
    }

    /// The keys a token may have been signed with: those of its `kid`, or the first few if it names none.
    List<VerificationKey> candidates(@Nullable String keyId) {
        List<VerificationKey> candidates = new ArrayList<>(KEYS_TRIED_MAX);
        for (VerificationKey key : keys) {
            if ((keyId == null || keyId.equals(key.id())) && candidates.size() < KEYS_TRIED_MAX) {
                candidates.add(key);
            }
        }
        return candidates;
    }
}
