package io.forebay.gateway.discovery;

import java.util.List;

/// What name servers say to one question.
sealed interface RecordAnswer {
    /// There are some.
    ///
    /// @param contents of the records, as RFC 1035 and RFC 2782 lay them out; one or more
    /// @param ttlSeconds of the shortest-lived, aliases on the way included
    record Records(List<byte[]> contents, long ttlSeconds) implements RecordAnswer {}

    /// There are none of that type.
    ///
    /// @param isNameMissing whether there are none of any (NXDOMAIN)
    /// @param ttlSeconds how long that holds (RFC 2308 section 5)
    record NoRecords(boolean isNameMissing, long ttlSeconds) implements RecordAnswer {}

    /// Nobody could say.
    record NoAnswer(String reason) implements RecordAnswer {}
}
