package io.forebay.policy.schema;

/// One way in which a body is not valid. Texts are short, whatever the body holds.
///
/// @param pointer to the value, as a URI fragment (RFC 6901 section 6): `#/items/0/price`
/// @param schemaPointer to the keyword that it breaks, likewise in the schema's file; `#` if no keyword did
/// @param detail what was expected of it
public record Violation(String pointer, String schemaPointer, String detail) {}
