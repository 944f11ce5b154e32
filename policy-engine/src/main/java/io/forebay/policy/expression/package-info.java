/// Conditions written in the Common Expression Language (cel.dev).
@NullMarked
package io.forebay.policy.expression;

import org.jspecify.annotations.NullMarked;
