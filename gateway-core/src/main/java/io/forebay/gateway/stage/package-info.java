/// What happens to a request before it is forwarded or kept: one final class a stage, in the order that [Pipeline]
/// lists. Stages call pure functions of `io.forebay.policy`; they open no file, no socket and no database.
@NullMarked
package io.forebay.gateway.stage;

import org.jspecify.annotations.NullMarked;
