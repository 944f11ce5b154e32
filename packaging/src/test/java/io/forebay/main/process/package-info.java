/// Tests of the packaged process: real ports on loopback, real certificates, real kills. [GatewayUnderTest] starts it
/// the way `./forebay run` does.
@NullMarked
package io.forebay.main.process;

import org.jspecify.annotations.NullMarked;
