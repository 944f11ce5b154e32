/// Tests of the edges: an origin in the place of the pipeline, and clients that send what no library would.
@NullMarked
package io.forebay.gateway.http;

import org.jspecify.annotations.NullMarked;
