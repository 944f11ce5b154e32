/// Who may call: identity from a token or a certificate, and authorization rules over it. Pure but for the token
/// cache it is handed; depends on `policy` and `policy.token`.
@NullMarked
package io.forebay.policy.access;

import org.jspecify.annotations.NullMarked;
