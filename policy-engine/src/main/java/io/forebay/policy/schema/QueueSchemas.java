package io.forebay.policy.schema;

import io.forebay.policy.HeaderName;
import io.forebay.policy.Refusal;
import io.forebay.policy.schema.BodySchema.TooManyStepsException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The schemas that the bodies of a queue's jobs must be valid by. Any thread.
///
/// A body is judged by its own bytes and two fields of its request, so that whoever has these can ask: a request that
/// becomes a job, an item of a batch, the body of a Schedule.
public final class QueueSchemas {
    /// The longest body that is judged: it is in memory as a whole.
    public static final int BODY_BYTES_MAX = 1 << 20;

    /// Steps of a judgement that takes a loop's time; a body of 10 KiB takes some thousands.
    private static final long BRIEF_STEPS_MAX = 10_000;

    private static final long STEPS_MAX = 1_000_000;

    private final @Nullable HeaderName versionHeader;
    private final List<Version> versions;
    private final List<String> names;

    /// One accepted version.
    public record Version(String name, SchemaFile file) {}

    /// What a judgement came to.
    public sealed interface Outcome {
        /// The body may become a job's.
        record Valid() implements Outcome {}

        record Refused(Refusal refusal) implements Outcome {}

        /// It would have taken more than a brief look.
        record Unfinished() implements Outcome {}
    }

    /// @param versionHeader the field that says which version a body is of; null: always the last
    /// @param versions oldest first, at least one
    public QueueSchemas(@Nullable HeaderName versionHeader, List<Version> versions) {
        this.versionHeader = versionHeader;
        this.versions = List.copyOf(versions);
        this.names = versions.stream().map(Version::name).toList();
    }

    /// The field that says which version a body is of, or null.
    public @Nullable HeaderName versionHeader() {
        return versionHeader;
    }

    /// Why a body is not taken, or null. It may take a second: not on a loop.
    ///
    /// @param version the value of [#versionHeader()], or null where it was not sent
    /// @param contentType the value of `Content-Type`, or null where it was not sent
    public @Nullable Refusal refusal(@Nullable String version, @Nullable String contentType, byte[] body) {
        return switch (judge(version, contentType, body, STEPS_MAX)) {
            case Outcome.Valid _ -> null;
            case Outcome.Refused(Refusal refusal) -> refusal;
            case Outcome.Unfinished _ ->
                new Refusal.BodyNotValid(List.of(new Violation(
                        "#", "#", "takes more than " + STEPS_MAX + " steps to validate, or goes too deep")));
        };
    }

    /// The same within what a loop has time for.
    public Outcome briefly(@Nullable String version, @Nullable String contentType, byte[] body) {
        return judge(version, contentType, body, BRIEF_STEPS_MAX);
    }

    private Outcome judge(@Nullable String version, @Nullable String contentType, byte[] body, long stepsMax) {
        if (!isJson(contentType)) {
            return new Outcome.Refused(new Refusal.MediaTypeNotSupported("application/json, or a type with +json"));
        }
        SchemaFile file = file(version);
        if (file == null) {
            return new Outcome.Refused(new Refusal.SchemaVersionUnknown(names));
        }
        if (body.length > BODY_BYTES_MAX) {
            return new Outcome.Refused(new Refusal.BodyTooLarge(BODY_BYTES_MAX));
        }
        JsonNode value;
        try {
            value = Json.read(body);
        } catch (Json.UnreadableException e) {
            return new Outcome.Refused(new Refusal.BodyNotValid(List.of(
                    new Violation("#", "#", "the body " + e.getMessage() + " (line and column " + e.place() + ")"))));
        }
        try {
            List<Violation> violations = file.schema().violations(value, stepsMax);
            return violations.isEmpty()
                    ? new Outcome.Valid()
                    : new Outcome.Refused(new Refusal.BodyNotValid(violations));
        } catch (TooManyStepsException e) {
            return new Outcome.Unfinished();
        }
    }

    private @Nullable SchemaFile file(@Nullable String name) {
        if (name == null) {
            return versions.getLast().file();
        }
        return versions.stream()
                .filter(version -> version.name().equals(name))
                .map(Version::file)
                .findFirst()
                .orElse(null);
    }

    /// `application/json`, or a type with the suffix `+json` (RFC 6839), whatever its parameters.
    static boolean isJson(@Nullable String contentType) {
        if (contentType == null) {
            return false;
        }
        int end = contentType.indexOf(';');
        String type =
                (end < 0 ? contentType : contentType.substring(0, end)).strip().toLowerCase(Locale.ROOT);
        return type.equals("application/json")
                || (type.indexOf('/') > 0 && type.endsWith("+json") && type.indexOf(',') < 0 && type.indexOf(' ') < 0);
    }
}
