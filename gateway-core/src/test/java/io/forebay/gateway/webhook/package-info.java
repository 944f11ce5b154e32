@NullMarked
package io.forebay.gateway.webhook;

import org.jspecify.annotations.NullMarked;
