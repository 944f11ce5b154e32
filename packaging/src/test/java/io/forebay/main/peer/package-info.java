/// How the files of the peers' TLS are followed.
@NullMarked
package io.forebay.main.peer;

import org.jspecify.annotations.NullMarked;
