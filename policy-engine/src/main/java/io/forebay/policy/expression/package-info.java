/// Conditions written in the Common Expression Language (cel.dev), and regular expressions (RE2).
@NullMarked
package io.forebay.policy.expression;

import org.jspecify.annotations.NullMarked;
