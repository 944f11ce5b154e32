package io.forebay.main.explain;

import java.util.Locale;

/// A URL taken apart without judging it: what is wrong with its path is the gateway's to say.
///
/// @param authority as a client would send it
/// @param host without port, and without the brackets of an IPv6 address
/// @param target path and query; `/` where the URL has none
record RequestUrl(boolean isTls, String authority, String host, int port, String target) {
    private static final int PORT_MAX = 65_535;

    /// @throws IllegalArgumentException with what was expected
    static RequestUrl parse(String url) {
        int scheme = url.indexOf("://");
        String name = scheme < 0 ? "" : url.substring(0, scheme).toLowerCase(Locale.ROOT);
        if (!name.equals("http") && !name.equals("https")) {
            throw new IllegalArgumentException("expected a URL as https://host:port/path: " + url);
        }
        int begin = scheme + 3;
        int end = begin;
        while (end < url.length() && "/?#".indexOf(url.charAt(end)) < 0) {
            end++;
        }
        String authority = url.substring(begin, end);
        int fragment = url.indexOf('#', end);
        String rest = url.substring(end, fragment < 0 ? url.length() : fragment);
        String target = rest.startsWith("/") ? rest : "/" + rest;
        boolean isTls = name.equals("https");
        int colon = authority.lastIndexOf(':');
        boolean hasPort = colon > authority.lastIndexOf(']');
        String host = hasPort ? authority.substring(0, colon) : authority;
        if (host.isEmpty()) {
            throw new IllegalArgumentException("the URL has no host: " + url);
        }
        int port = hasPort ? port(authority.substring(colon + 1), url) : isTls ? 443 : 80;
        String bare = host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
        return new RequestUrl(isTls, authority, bare, port, target);
    }

    private static int port(String text, String url) {
        boolean isNumber = !text.isEmpty() && text.length() <= 5 && text.chars().allMatch(c -> c >= '0' && c <= '9');
        int port = isNumber ? Integer.parseInt(text) : 0;
        if (port < 1 || port > PORT_MAX) {
            throw new IllegalArgumentException("expected a port from 1 to " + PORT_MAX + ": " + url);
        }
        return port;
    }
}
