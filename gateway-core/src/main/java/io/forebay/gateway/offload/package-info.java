/// The HTTP face of jobs: submit, status, result, cancel. Turns exchanges into submissions and jobs into answers; the
/// store does the keeping. May depend on `gateway.http`, `gateway.problem`, `io.forebay.policy` and
/// `io.forebay.offload`.
@NullMarked
package io.forebay.gateway.offload;

import org.jspecify.annotations.NullMarked;
