package io.forebay.main.quickstart;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/// The tokens of the tour. Beside each token lies a file with the whole header line, for `curl -H @file`.
record TourTokens(Map<Caller, String> tokens) {
    private static final Duration LIFETIME = Duration.ofDays(1);

    /// Who calls.
    enum Caller {
        /// Has the scope that the policy asks for.
        AMINA(TokenIssuer.SCOPE),
        /// A token of the same issuer, for something else.
        VISITOR("newsletter"),
        /// May call, but asks too often.
        HASTY(TokenIssuer.SCOPE);

        private final String scope;

        Caller(String scope) {
            this.scope = scope;
        }

        String subject() {
            return name().toLowerCase(Locale.ROOT);
        }

        Path headerFile(TourFolder folder) {
            return folder.tokens().resolve(subject() + ".header");
        }
    }

    TourTokens {
        tokens = Map.copyOf(tokens);
    }

    static TourTokens create(TourFolder folder, Instant now, SecureRandom random)
            throws GeneralSecurityException, IOException {
        TokenIssuer issuer = TokenIssuer.create(random);
        folder.write("tokens/jwks.json", issuer.jwks());
        Map<Caller, String> tokens = new EnumMap<>(Caller.class);
        for (Caller caller : Caller.values()) {
            String token = issuer.token(caller.subject(), caller.scope, now, LIFETIME);
            tokens.put(caller, token);
            folder.writeSecret("tokens/" + caller.subject() + ".jwt", token + "\n");
            folder.writeSecret("tokens/" + caller.subject() + ".header", "Authorization: Bearer " + token + "\n");
        }
        return new TourTokens(tokens);
    }

    /// The value of the `Authorization` field.
    String authorization(Caller caller) {
        String token = tokens.get(caller);
        if (token == null) {
            throw new IllegalStateException("no token for " + caller);
        }
        return "Bearer " + token;
    }
}
