package io.forebay.policy.compile;

import io.forebay.policy.document.Diagnostic;
import io.forebay.policy.document.Document;
import io.forebay.policy.document.FaultyDocument;
import io.forebay.policy.document.Findings;
import io.forebay.policy.document.Header;
import io.forebay.policy.document.ObjectKey;
import io.forebay.policy.document.ParsedFile;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Chooses one candidate for each object. Of duplicates the one in the file of the object in force stays, else the
/// first; the others are named with its place. An object that is missing while its file could not be read whole is
/// kept.
final class Selection {

    /// The newest version of an object: sound in itself, or faulty.
    sealed interface Candidate {
        Header header();

        record Sound(Document document) implements Candidate {
            @Override
            public Header header() {
                return document.header();
            }
        }

        record Faulty(FaultyDocument document) implements Candidate {
            @Override
            public Header header() {
                return document.header();
            }
        }
    }

    private final Map<ObjectKey, Candidate> chosen = new TreeMap<>();
    private final Map<ObjectKey, List<Candidate>> duplicates = new TreeMap<>();
    private final Set<ObjectKey> kept = new HashSet<>();
    private final List<Diagnostic> diagnostics = new ArrayList<>();

    private Selection() {}

    static Selection of(List<ParsedFile> files, EffectiveObjects before) {
        Selection selection = new Selection();
        Set<String> incomplete = new HashSet<>();
        for (ParsedFile file : files) {
            file.documents().forEach(document -> selection.add(new Candidate.Sound(document)));
            file.faulty().forEach(document -> selection.add(new Candidate.Faulty(document)));
            if (!file.isComplete()) {
                incomplete.add(file.file());
            }
        }
        selection.duplicates.forEach((key, candidates) -> selection.choose(key, candidates, before.find(key)));
        if (!incomplete.isEmpty()) {
            before.live().forEach((key, object) -> {
                if (!selection.chosen.containsKey(key)
                        && incomplete.contains(file(object.document().header()))) {
                    selection.kept.add(key);
                }
            });
        }
        return selection;
    }

    private void add(Candidate candidate) {
        ObjectKey key = candidate.header().key();
        Candidate other = chosen.putIfAbsent(key, candidate);
        if (other != null) {
            duplicates
                    .computeIfAbsent(key, _ -> new ArrayList<>(List.of(other)))
                    .add(candidate);
        }
    }

    private void choose(ObjectKey key, List<Candidate> candidates, @Nullable LiveObject live) {
        candidates.sort(Comparator.comparing(candidate -> candidate.header().at()));
        Candidate winner = candidates.stream()
                .filter(candidate -> live != null
                        && file(candidate.header()).equals(file(live.document().header())))
                .findFirst()
                .orElse(candidates.getFirst());
        chosen.put(key, winner);
        for (Candidate other : candidates) {
            if (!other.header().at().equals(winner.header().at())) {
                Findings findings = new Findings(key.toString());
                findings.error(
                        other.header().at(),
                        "",
                        "the object stands twice; the one at " + winner.header().at() + " stays in force");
                diagnostics.addAll(findings.all());
            }
        }
    }

    private static String file(Header header) {
        return header.at().file();
    }

    Map<ObjectKey, Candidate> chosen() {
        return chosen;
    }

    /// Objects in force whose file could not be read whole, so that their absence proves nothing.
    Set<ObjectKey> kept() {
        return kept;
    }

    List<Diagnostic> diagnostics() {
        return diagnostics;
    }
}
