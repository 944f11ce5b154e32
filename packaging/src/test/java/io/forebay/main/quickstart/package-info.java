/// Unit tests of the quickstart's parts; the tour as a whole is `QuickstartIT`.
@NullMarked
package io.forebay.main.quickstart;

import org.jspecify.annotations.NullMarked;
