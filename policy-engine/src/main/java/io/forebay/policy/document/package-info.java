/// Policy documents as people write them: YAML files read to a tree whose every node knows its place, then
/// checked and bound to typed documents (Gateway API objects of the published model, and our own kinds).
///
/// The way of one file: [YamlReader] (bytes to trees, hostile input bounded) -> [DocumentParser] (header, kind,
/// unknown keys, types by [Binder]; patterns, lengths and cross-field rules by [GatewayApiRules] and
/// [ForebayRules]) -> [Document]s, [FaultyDocument]s and [Diagnostic]s with file, line and column.
///
/// No I/O, no clock, no threads. Depends on snakeyaml-engine, the fabric8 model packages and nothing of ours.
@NullMarked
package io.forebay.policy.document;

import org.jspecify.annotations.NullMarked;
