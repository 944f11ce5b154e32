package io.forebay.policy.document;

import static io.forebay.policy.document.RuleTable.cross;
import static io.forebay.policy.document.RuleTable.length;
import static io.forebay.policy.document.RuleTable.oneOf;
import static io.forebay.policy.document.RuleTable.text;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What the Gateway API demands of the `sessionPersistence` of a rule. Each row has a case in `SessionRulesTest`.
public final class SessionRules {
    /// A field that [io.fabric8.kubernetes.api.model.gatewayapi.v1.SessionPersistence] has as an additional property.
    public static final String IDLE_TIMEOUT = "idleTimeout";

    private static final String SESSION = "spec.rules[].sessionPersistence";

    static final RuleTable TABLE = RuleTable.of(
            length(SESSION + ".sessionName", 1, 128),
            oneOf(SESSION + ".type", List.of("Cookie", "Header")),
            text(SESSION + ".absoluteTimeout", SessionRules::timeoutProblem),
            text(SESSION + "." + IDLE_TIMEOUT, SessionRules::timeoutProblem),
            oneOf(SESSION + ".cookieConfig.lifetimeType", List.of("Session", "Permanent")),
            cross(SESSION, SessionRules::nameFitsType),
            cross(SESSION, SessionRules::cookieConfigIsOfACookie),
            cross(SESSION, SessionRules::permanentCookieEnds));

    private SessionRules() {}

    private static @Nullable String timeoutProblem(String text) {
        Optional<Duration> timeout = Gep2257.parse(text);
        boolean isSound = timeout.isPresent() && timeout.get().toSeconds() > 0;
        return isSound ? null : "found \"" + text + "\"; expected a second or more, as " + Gep2257.EXPECTED;
    }

    private static boolean isHeader(Yaml.Mapping session) {
        return "Header".equals(session.text("type"));
    }

    private static void nameFitsType(Yaml.Mapping session, String path, Findings findings) {
        String name = session.text("sessionName");
        Position at = GatewayApiRules.at(session, "sessionName");
        if (name == null && isHeader(session)) {
            findings.error(session.at(), path, "a session of type Header needs the field sessionName");
        } else if (name != null && isHeader(session)) {
            if (!name.matches(Patterns.HEADER)) {
                findings.error(at, path + ".sessionName", "found \"" + name + "\"", Patterns.HEADER_EXPECTED);
            } else if (GatewayApiRules.FRAMING.contains(name.toLowerCase(Locale.ROOT))) {
                findings.error(at, path + ".sessionName", "the field " + name + " frames or routes the message");
            }
        } else if (name != null && !name.matches("[A-Za-z0-9!#$%&'*+\\-.^_`|~]+")) {
            findings.error(
                    at, path + ".sessionName", "found \"" + name + "\"", "the name of a cookie (RFC 6265 token)");
        }
    }

    private static void cookieConfigIsOfACookie(Yaml.Mapping session, String path, Findings findings) {
        Yaml config = session.value("cookieConfig");
        if (config != null && isHeader(session)) {
            findings.error(config.at(), path + ".cookieConfig", "a session of type Header has no cookie");
        }
    }

    private static void permanentCookieEnds(Yaml.Mapping session, String path, Findings findings) {
        if (session.value("cookieConfig") instanceof Yaml.Mapping config
                && "Permanent".equals(config.text("lifetimeType"))
                && session.value("absoluteTimeout") == null) {
            findings.error(session.at(), path, "a Permanent cookie needs the field absoluteTimeout");
        }
    }
}
