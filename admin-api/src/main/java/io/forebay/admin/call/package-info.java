/// One call of the interface, apart from any server: its parameters, the table of operations it is looked up in, its
/// answer, its problem (RFC 9457). May depend on `admin` and `admin.operator`.
@NullMarked
package io.forebay.admin.call;

import org.jspecify.annotations.NullMarked;
