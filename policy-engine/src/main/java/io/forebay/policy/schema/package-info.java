/// Schemas of bodies, JSON Schema 2020-12: what a schema file may say, whether a version takes all that the one before
/// took, and whether a body is valid. May depend on nothing of the policy engine but its root package.
@NullMarked
package io.forebay.policy.schema;

import org.jspecify.annotations.NullMarked;
