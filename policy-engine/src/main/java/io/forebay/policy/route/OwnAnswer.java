package io.forebay.policy.route;

/// What a rule answers by itself instead of calling a backend.
public sealed interface OwnAnswer permits RequestRedirect, DirectResponse {}
