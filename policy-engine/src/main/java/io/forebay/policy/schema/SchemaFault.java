package io.forebay.policy.schema;

/// Why a file is no schema that can be used.
///
/// @param place line and column in the file, `12:5`
/// @param pointer to the place, as a URI fragment; empty where the file is no JSON
/// @param expected what would have been right, or empty
/// @param isError a warning is told and nothing else
public record SchemaFault(String place, String pointer, String message, String expected, boolean isError) {

    /// One line of text, with the place in the file.
    public String text() {
        return place + ": " + (pointer.isEmpty() ? "" : pointer + ": ") + message;
    }
}
