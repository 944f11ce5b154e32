package io.forebay.policy.document;

import java.util.Collection;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The nearest known word to a mistyped one, by edit distance with transpositions (optimal string alignment,
/// Damerau 1964), case ignored.
public final class Suggestion {

    private Suggestion() {}

    /// The nearest candidate within a third of the word's length (at least two edits), or null.
    public static @Nullable String nearest(String word, Collection<String> candidates) {
        String nearest = null;
        int best = Math.max(2, word.length() / 3) + 1;
        for (String candidate : candidates) {
            int distance = distance(word.toLowerCase(Locale.ROOT), candidate.toLowerCase(Locale.ROOT));
            if (distance < best && distance < candidate.length()) {
                best = distance;
                nearest = candidate;
            }
        }
        return nearest;
    }

    static int distance(String a, String b) {
        if (Math.abs(a.length() - b.length()) > b.length()) {
            return Math.max(a.length(), b.length());
        }
        int[] twoAbove = new int[b.length() + 1];
        int[] above = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            above[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = above[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replaced, 1 + Math.min(above[j], row[j - 1]));
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    row[j] = Math.min(row[j], twoAbove[j - 2] + 1);
                }
            }
            twoAbove = above;
            above = row;
        }
        return above[b.length()];
    }
}
