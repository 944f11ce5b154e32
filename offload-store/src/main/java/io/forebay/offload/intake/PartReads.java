package io.forebay.offload.intake;

import io.forebay.offload.Completion;
import io.forebay.offload.JobId;
import io.forebay.offload.Outcome;
import io.forebay.offload.SpoolId;
import io.forebay.offload.StoreRefusal;
import io.forebay.offload.StoredPart;
import io.forebay.offload.codec.StoredView;
import io.forebay.offload.machine.Part;
import io.forebay.offload.spool.FileSpool;
import io.forebay.offload.spool.SpoolTable;
import io.forebay.offload.storage.DamagedValueException;
import io.forebay.offload.storage.StorageException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Reads parts piece by piece: those in the spool from their files, the others from memory, into which they are read
/// whole.
final class PartReads {
    private final @Nullable FileSpool spool;
    private final Reading reading;

    /// Runs a read on `store-reader-n`.
    interface Reading {
        <T> void run(Completion<T> completion, Function<StoredView, Outcome<T>> work);
    }

    PartReads(@Nullable FileSpool spool, Reading reading) {
        this.spool = spool;
        this.reading = reading;
    }

    static StoredPart of(byte[] content) {
        return new InMemory(content);
    }

    /// Opens a part that is in the spool. On a reader's thread.
    Outcome<StoredPart> open(StoredView view, JobId job, Part part, SpoolId file) {
        FileSpool files = spool;
        if (file.equals(SpoolId.GONE)) {
            return Outcome.refused(new StoreRefusal.PayloadGone(job));
        }
        if (files == null) {
            throw new DamagedValueException("spool", "there is no spool, and job " + job + " has a file in it");
        }
        return guarded(
                view, job, file, () -> new InFile(job, file, files.table(file, part.bytes(), part.crc()), reading));
    }

    private interface Work<T> {
        T run() throws IOException;
    }

    /// A file that is missing is damage only while its job still refers to it.
    private static <T> Outcome<T> guarded(StoredView view, JobId job, SpoolId file, Work<T> work) {
        try {
            return Outcome.done(work.run());
        } catch (NoSuchFileException missing) {
            if (view.isReferred(file)) {
                throw new DamagedValueException(String.valueOf(missing.getFile()), "the file is missing");
            }
            return Outcome.refused(new StoreRefusal.PayloadGone(job));
        } catch (IOException e) {
            if (String.valueOf(e.getMessage()).contains("Too many open files")) {
                throw new StorageException("the spool cannot be read now: " + e.getMessage(), e);
            }
            throw new DamagedValueException("spool", "a file cannot be read: " + e);
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record InMemory(byte[] content) implements StoredPart {
        @Override
        public long bytes() {
            return content.length;
        }

        @Override
        public boolean isInMemory() {
            return true;
        }

        @Override
        public void read(long from, Completion<byte[]> completion) {
            completion.complete(Outcome.done(
                    from == 0
                            ? content
                            : Arrays.copyOfRange(content, (int) Math.min(from, content.length), content.length)));
        }
    }

    private record InFile(JobId job, SpoolId file, SpoolTable table, Reading reading) implements StoredPart {
        @Override
        public long bytes() {
            return table.bytes();
        }

        @Override
        public boolean isInMemory() {
            return false;
        }

        @Override
        public void read(long from, Completion<byte[]> completion) {
            reading.run(
                    completion,
                    view -> guarded(
                            view,
                            job,
                            file,
                            () -> from >= table.bytes() ? new byte[0] : table.read(from, PIECE_BYTES_MAX)));
        }
    }
}
