package io.forebay.policy.token;

/// What one loop needs to look up a token without creating anything. Owned by one thread.
public final class TokenScratch {}
