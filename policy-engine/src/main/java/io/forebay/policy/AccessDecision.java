package io.forebay.policy;

/// The answer of authorization: a [Permit] that later stages demand in their type, or a [Refusal].
public sealed interface AccessDecision permits Permit, Refusal {}
