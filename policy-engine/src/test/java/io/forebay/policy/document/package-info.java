/// Tests of reading policy files.
@NullMarked
package io.forebay.policy.document;

import org.jspecify.annotations.NullMarked;
