/// Tests of policy reload.
@NullMarked
package io.forebay.policy.reload;

import org.jspecify.annotations.NullMarked;
