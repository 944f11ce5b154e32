/// Commands on the store of a data folder, or on a backup of it: taken, restored, looked at. Depends on the store, on
/// `admin` for where operators call, and on `main` for exit codes and the boot configuration.
@NullMarked
package io.forebay.main.store;

import org.jspecify.annotations.NullMarked;
