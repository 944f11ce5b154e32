package io.forebay.main.process.crash;

import java.util.function.Consumer;

/// One promise of the contract, as those outside of the gateway can judge it.
@FunctionalInterface
interface Rule {
    /// Looks for cases in which the promise was broken.
    ///
    /// @param broken is told each of them, with its history
    void judge(Evidence evidence, Consumer<String> broken);
}
