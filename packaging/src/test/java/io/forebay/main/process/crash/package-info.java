/// The crash proof: clients, workers and an upstream of one gateway that is killed again and again write down what they
/// saw ([History]); a [Checker] that knows nothing else and what the gateway says at the end judges it by the contract.
@NullMarked
package io.forebay.main.process.crash;

import org.jspecify.annotations.NullMarked;
