package io.forebay.main.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A document for people: a line a member, what is in lists and documents further to the right.
final class PlainLines {
    private PlainLines() {}

    static List<String> of(Map<?, ?> document) {
        List<String> lines = new ArrayList<>();
        add(lines, "", document);
        return lines;
    }

    private static void add(List<String> lines, String indent, Map<?, ?> document) {
        document.forEach((name, value) -> {
            if (value instanceof List<?> list) {
                lines.add(indent + name + ":" + (list.isEmpty() ? " none" : ""));
                list.forEach(each -> addEach(lines, indent + "  ", each));
            } else {
                lines.add(indent + name + ": " + value);
            }
        });
    }

    private static void addEach(List<String> lines, String indent, Object each) {
        if (!(each instanceof Map<?, ?> document)) {
            lines.add(indent + "- " + each);
            return;
        }
        List<String> own = of(document);
        for (int i = 0; i < own.size(); i++) {
            lines.add(indent + (i == 0 ? "- " : "  ") + own.get(i));
        }
    }
}
