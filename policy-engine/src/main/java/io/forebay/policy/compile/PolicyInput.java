package io.forebay.policy.compile;

import io.forebay.policy.document.ParsedFile;
import java.util.List;

/// Everything one compile reads.
///
/// @param files in the order in which earlier ones win over duplicates: by path
/// @param revision hash of all their bytes and those of the referenced files
public record PolicyInput(List<ParsedFile> files, ReferencedFiles referenced, String revision) {

    public PolicyInput {
        files = List.copyOf(files);
    }
}
