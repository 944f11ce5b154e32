package io.forebay.policy.document;

/// The patterns that rules of several kinds share, with the words an error message uses for them.
final class Patterns {

    static final String SUBDOMAIN = "[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*";
    static final String SUBDOMAIN_EXPECTED = "a DNS name in lower case such as shop or shop.example";

    static final String LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
    static final String LABEL_EXPECTED = "a DNS label in lower case such as shop";

    static final String HOSTNAME = "(\\*\\.)?" + SUBDOMAIN;
    static final String HOSTNAME_EXPECTED = "a host name in lower case, such as shop.example or *.example";

    /// RFC 9110 `token`, without `_`, which the edge refuses in field names.
    static final String HEADER = "[A-Za-z0-9!#$%&'*+\\-.^`|~]+";
    static final String HEADER_EXPECTED = "a header name (RFC 9110 token without _)";

    static final String HEADER_VALUE = "[\\t\\x20-\\x7E\\x80-\\uFFFF]*";
    static final String HEADER_VALUE_EXPECTED = "a field value without control characters";

    /// A label of Kubernetes, which the name of a zone is.
    static final String ZONE = "[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?";
    static final String ZONE_EXPECTED = "the name of a zone, such as eu-west-1a";

    private Patterns() {}
}
