@NullMarked
package io.forebay.gateway.overload;

import org.jspecify.annotations.NullMarked;
