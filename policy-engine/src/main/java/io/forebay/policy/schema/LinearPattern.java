package io.forebay.policy.schema;

import com.networknt.schema.regex.RegularExpression;

/// A regular expression of a schema: those of RE2, which keep a validation's cost in proportion to the text
/// ([io.forebay.policy.expression.RegularExpression]).
final class LinearPattern implements RegularExpression {
    private final io.forebay.policy.expression.RegularExpression pattern;

    private LinearPattern(io.forebay.policy.expression.RegularExpression pattern) {
        this.pattern = pattern;
    }

    /// @throws io.forebay.policy.expression.RegularExpression.RefusedException it is not used
    static LinearPattern of(String regex) {
        return new LinearPattern(io.forebay.policy.expression.RegularExpression.of(regex));
    }

    /// Whether it matches somewhere in the text: patterns of JSON Schema are not anchored.
    @Override
    public boolean matches(String text) {
        return pattern.isIn(text);
    }
}
