@NullMarked
package io.forebay.gateway.takeover;

import org.jspecify.annotations.NullMarked;
