package io.forebay.policy.expression;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/// A regular expression of a policy or a schema, in the syntax of RE2 and matched by RE2/J in time in proportion to
/// the text, times the size of its program, which is bounded. What would take more is not in the language: look-around
/// and back references. Two expressions are equal if their texts are. Immutable; any thread.
public final class RegularExpression {
    /// No expression is longer, in characters.
    public static final int CHARS_MAX = 1_024;

    /// Steps that RE2/J makes for each character in the worst case.
    public static final int PROGRAM_MAX = 500;

    private final Pattern pattern;

    private RegularExpression(Pattern pattern) {
        this.pattern = pattern;
    }

    /// Why an expression is not used; the message says it.
    public static final class RefusedException extends RuntimeException {
        private static final long serialVersionUID = 1;

        RefusedException(String message) {
            super(message);
        }
    }

    /// Compiles an expression.
    ///
    /// @throws RefusedException it is too long, no RE2 syntax, or too costly
    public static RegularExpression of(String regex) {
        if (regex.length() > CHARS_MAX) {
            throw new RefusedException("the pattern has more than " + CHARS_MAX + " characters");
        }
        Pattern compiled;
        try {
            compiled = Pattern.compile(regex);
        } catch (PatternSyntaxException e) {
            throw new RefusedException("RE2 does not take the pattern: " + e.getDescription());
        }
        if (compiled.programSize() > PROGRAM_MAX) {
            throw new RefusedException("the pattern is too costly: it compiles to " + compiled.programSize()
                    + " instructions, and at most " + PROGRAM_MAX + " are taken");
        }
        return new RegularExpression(compiled);
    }

    /// Why the text is no expression that is used, or null.
    public static @Nullable String problem(String regex) {
        try {
            of(regex);
            return null;
        } catch (RefusedException e) {
            return e.getMessage();
        }
    }

    /// Whether the whole text matches, as routes ask.
    public boolean matches(String text) {
        return pattern.matcher(text).matches();
    }

    /// Whether something in the text matches, as schemas ask.
    public boolean isIn(String text) {
        return pattern.matcher(text).find();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof RegularExpression that && pattern.pattern().equals(that.pattern.pattern());
    }

    @Override
    public int hashCode() {
        return pattern.pattern().hashCode();
    }

    @Override
    public String toString() {
        return pattern.pattern();
    }
}
