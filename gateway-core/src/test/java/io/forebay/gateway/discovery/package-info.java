/// Asking a name server of the test's own.
@NullMarked
package io.forebay.gateway.discovery;

import org.jspecify.annotations.NullMarked;
