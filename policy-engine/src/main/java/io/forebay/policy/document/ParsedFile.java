package io.forebay.policy.document;

import java.util.List;

/// What one policy file holds.
///
/// @param documents objects that are right in themselves, in the order of the file
/// @param faulty objects that could be named only
/// @param diagnostics everything found in the file, those of faulty objects included
/// @param isComplete false if some part could not even be named, so that absent objects may not be taken as removed
public record ParsedFile(
        String file,
        List<Document> documents,
        List<FaultyDocument> faulty,
        List<Diagnostic> diagnostics,
        boolean isComplete) {}
