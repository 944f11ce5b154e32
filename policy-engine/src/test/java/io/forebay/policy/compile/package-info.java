/// Tests of policy compile.
@NullMarked
package io.forebay.policy.compile;

import org.jspecify.annotations.NullMarked;
