/// The server that carries the operations: its settings, its listener, start and stop. The home of Helidon; may depend
/// on all other packages of this module, and on `mesh.identity` for reading its certificate.
@NullMarked
package io.forebay.admin.server;

import org.jspecify.annotations.NullMarked;
