/// What operators see, implemented on the running parts: each class is one port of `io.forebay.admin`.
@NullMarked
package io.forebay.main.operator;

import org.jspecify.annotations.NullMarked;
