package io.forebay.admin.audit;

import io.forebay.admin.Reply;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the audit has kept, to be read again, oldest first. Places are numbered from 0, without a gap.
public interface AuditView {
    /// The latest entries, up to `limit`.
    Reply<Entries> latest(int limit);

    /// Entries from the place `from` on, up to `limit`; none where there are none yet.
    Reply<Entries> from(long from, int limit);

    /// One entry at its place.
    record Kept(long offset, AuditEntry entry) {}

    /// Entries in their order. One of a later version that this one cannot read is left out.
    ///
    /// @param next the place at which the following page begins, null at the end
    record Entries(List<Kept> entries, @Nullable Long next) {
        public Entries {
            entries = List.copyOf(entries);
        }
    }
}
