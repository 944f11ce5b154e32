@NullMarked
package io.forebay.gateway.health;

import org.jspecify.annotations.NullMarked;
