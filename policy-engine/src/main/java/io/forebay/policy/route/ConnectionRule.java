package io.forebay.policy.route;

/// What becomes of a connection that is relayed as it is: the rule of a TLSRoute or TCPRoute.
///
/// @param id kind/namespace/route/rule
public record ConnectionRule(String id, BackendSplit backends) {}
