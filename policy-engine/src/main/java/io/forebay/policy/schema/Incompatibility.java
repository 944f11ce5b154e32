package io.forebay.policy.schema;

/// Where it could not be shown that a later version takes all that the earlier takes.
///
/// @param later pointer in the later version, as a URI fragment
/// @param earlier what it is compared with in the earlier one, likewise
/// @param found what the later version demands there
/// @param expected what it may demand at most
public record Incompatibility(String later, String earlier, String found, String expected) {
    static Incompatibility of(Place earlier, Place later, String keyword, String found, String expected) {
        return new Incompatibility(
                Pointer.fragment(Pointer.child(later.pointer(), keyword)),
                Pointer.fragment(
                        earlier.get(keyword) == null ? earlier.pointer() : Pointer.child(earlier.pointer(), keyword)),
                found,
                expected);
    }

    /// One line of text.
    public String text() {
        return later + ": " + found + "; the earlier version is at " + earlier;
    }
}
