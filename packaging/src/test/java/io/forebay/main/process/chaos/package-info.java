/// The packaged gateway while everything around it, and it itself, comes to harm: what clients are told stays right.
@NullMarked
package io.forebay.main.process.chaos;

import org.jspecify.annotations.NullMarked;
