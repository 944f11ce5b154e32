/// Tests of downstream TLS, over loopback and with certificates made on the spot.
@NullMarked
package io.forebay.gateway.tls;

import org.jspecify.annotations.NullMarked;
