package io.forebay.mesh.balance;

/// How many calls one loop has running at one address. Outlives the policy generation in which they began, so that a
/// reload neither forgets running calls nor miscounts their ends. Owned by that loop.
final class InFlight {
    int count;
}
