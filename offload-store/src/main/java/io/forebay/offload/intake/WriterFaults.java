package io.forebay.offload.intake;

import com.lmax.disruptor.ExceptionHandler;

/// Takes what [StoreWriter] did not foresee, on its thread. Without it the ring's processor would end in silence, with
/// every command unanswered and the store still called open.
final class WriterFaults implements ExceptionHandler<CommandSlot> {
    private final StoreWriter writer;

    WriterFaults(StoreWriter writer) {
        this.writer = writer;
    }

    @Override
    public void handleEventException(Throwable fault, long sequence, CommandSlot slot) {
        writer.standDown(fault);
    }

    @Override
    public void handleOnStartException(Throwable fault) {
        writer.standDown(fault);
    }

    @Override
    public void handleOnShutdownException(Throwable fault) {
        writer.standDown(fault);
    }
}
