package io.forebay.main;

/// The product's version, as the build stamped it.
public final class Version {
    public static final String TEXT = "0.1.0";

    private Version() {}
}
