package io.forebay.policy.schema;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import com.networknt.schema.regex.RegularExpression;

/// A regular expression of a schema, matched by RE2/J in time in proportion to the text. What would take more
/// is not in its language: look-around and back references.
final class LinearPattern implements RegularExpression {
    static final int CHARS_MAX = 1_024;
    /// Steps that RE2/J makes for each character in the worst case.
    static final int PROGRAM_MAX = 500;

    private final Pattern pattern;

    private LinearPattern(Pattern pattern) {
        this.pattern = pattern;
    }

    /// Why a pattern is not used.
    static final class RefusedException extends RuntimeException {
        private static final long serialVersionUID = 1;

        RefusedException(String message) {
            super(message);
        }
    }

    static LinearPattern of(String regex) {
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
        return new LinearPattern(compiled);
    }

    /// Whether it matches somewhere in the text: patterns of JSON Schema are not anchored.
    @Override
    public boolean matches(String text) {
        return pattern.matcher(text).find();
    }
}
