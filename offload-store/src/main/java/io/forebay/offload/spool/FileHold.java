package io.forebay.offload.spool;

/// While one is open no file of the spool is deleted. Closed by the thread that took it.
@FunctionalInterface
public interface FileHold extends AutoCloseable {
    /// Of a store without files.
    FileHold NOTHING = () -> {};

    @Override
    void close();
}
