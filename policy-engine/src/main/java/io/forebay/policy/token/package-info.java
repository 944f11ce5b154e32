/// Accepts JSON Web Tokens: key sets, signatures, claims, and the cache of tokens whose signature was verified. No
/// I/O and no clock. Depends on `policy` and java-jwt.
@NullMarked
package io.forebay.policy.token;

import org.jspecify.annotations.NullMarked;
