/// The product measured beside its peers: scenarios, their rules, their recorded results. `Perf` is the command.
/// Starts the packaged gateway and the peers as processes; depends in code on nothing of the product.
@NullMarked
package io.forebay.perf;

import org.jspecify.annotations.NullMarked;
