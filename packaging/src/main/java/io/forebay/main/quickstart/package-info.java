/// The tour of `./forebay quickstart`: two demo upstreams in this process, the gateway as a child process, and a client
/// that walks through everything the gateway does over real sockets. Depends on the JDK, on `io.forebay.mesh.identity`
/// for the certificates, and on picocli for the command; never on the gateway's own code, which it meets as any client
/// does.
@NullMarked
package io.forebay.main.quickstart;

import org.jspecify.annotations.NullMarked;
