package io.forebay.policy.document;

import org.jspecify.annotations.Nullable;

/// What a policy attaches to: an object of its own namespace, or one named part of it (a listener, a rule).
public record TargetRef(
        String group, String kind, String name, @Nullable String sectionName) {}
