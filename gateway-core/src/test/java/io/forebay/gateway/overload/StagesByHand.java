package io.forebay.gateway.overload;

/// Turns stages on where nobody samples.
public final class StagesByHand {
    private StagesByHand() {}

    /// Makes these the only ones that are on; on the loop.
    public static void only(LoopOverload loop, OverloadStage... stages) {
        int bits = 0;
        for (OverloadStage stage : stages) {
            bits |= stage.bit();
        }
        loop.set(bits, new OverloadLevels(OverloadSettings.OFF));
    }
}
