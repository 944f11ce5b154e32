package io.forebay.gateway.discovery;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The domains in which short names are looked for, as the system's `resolv.conf` has them (resolv.conf(5)).
///
/// @param domains tried in this order
/// @param dots a name with so many dots is tried as it is first, others last
record SearchList(List<String> domains, int dots) {
    static final SearchList NONE = new SearchList(List.of(), 1);
    private static final Logger LOG = System.getLogger(SearchList.class.getName());
    private static final Path SYSTEM = Path.of("/etc/resolv.conf");
    private static final int DOMAINS_MAX = 16;
    private static final int DOTS_MAX = 15;
    private static final String NDOTS = "ndots:";

    SearchList {
        domains = List.copyOf(domains);
    }

    static SearchList ofSystem() {
        try {
            return parse(Files.readAllLines(SYSTEM));
        } catch (NoSuchFileException e) {
            return NONE;
        } catch (IOException e) {
            LOG.log(Level.WARNING, "no domains are searched: " + SYSTEM + " cannot be read: " + e.getMessage());
            return NONE;
        }
    }

    /// Of several `search` and `domain` lines the last one counts.
    static SearchList parse(List<String> lines) {
        List<String> domains = List.of();
        int dots = NONE.dots;
        for (String line : lines) {
            List<String> words = List.of(line.strip().split("\\s+"));
            switch (words.getFirst()) {
                case "search", "domain" ->
                    domains = words.stream().skip(1).limit(DOMAINS_MAX).toList();
                case "options" -> dots = dots(words, dots);
                default -> {}
            }
        }
        return new SearchList(domains, dots);
    }

    private static int dots(List<String> options, int before) {
        int dots = before;
        for (String option : options) {
            String digits = option.startsWith(NDOTS) ? option.substring(NDOTS.length()) : "";
            if (!digits.isEmpty() && digits.length() < 4 && digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
                dots = Math.min(Integer.parseInt(digits), DOTS_MAX);
            }
        }
        return dots;
    }

    /// The names that `hostname` may stand for, in the order they are tried in.
    List<String> candidates(String hostname) {
        if (hostname.endsWith(".") || domains.isEmpty()) {
            return List.of(hostname);
        }
        List<String> candidates = new ArrayList<>();
        domains.forEach(domain -> candidates.add(hostname + "." + domain));
        boolean isAsItIsFirst = hostname.chars().filter(c -> c == '.').count() >= dots;
        candidates.add(isAsItIsFirst ? 0 : candidates.size(), hostname);
        return candidates;
    }
}
