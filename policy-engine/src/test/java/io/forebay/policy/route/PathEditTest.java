package io.forebay.policy.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.policy.TestRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PathEditTest {

    private static String edited(PathEdit edit, String path) {
        TestRequest request = TestRequest.get("a", path);
        return edit.text(request.bytes(), request.path());
    }

    /// The table of the Gateway API (HTTPPathModifier), and what it leaves out.
    @ParameterizedTest
    @CsvSource({
        "/foo/bar, /foo, /xyz, /xyz/bar",
        "/foo/bar, /foo, /xyz/, /xyz/bar",
        "/foo/bar, /foo/, /xyz, /xyz/bar",
        "/foo/bar, /foo/, /xyz/, /xyz/bar",
        "/foo, /foo, /xyz, /xyz",
        "/foo/, /foo, /xyz, /xyz/",
        "/foo/bar, /foo, '', /bar",
        "/foo/, /foo, '', /",
        "/foo, /foo, '', /",
        "/foo/, /foo, /, /",
        "/foo, /foo, /, /",
        "/bar, /, /xyz, /xyz/bar",
        "/, /, /xyz, /xyz/",
    })
    void prefixesAreReplacedByWholeSegments(String path, String prefix, String replacement, String expected) {
        assertThat(edited(PathEdit.prefix(prefix, replacement), path)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"/foobar, /foo", "/fo, /foo", "/other/foo, /foo"})
    void pathThatThePrefixDoesNotTakeStays(String path, String prefix) {
        assertThat(edited(PathEdit.prefix(prefix, "/xyz"), path)).isEqualTo(path);
    }

    @Test
    void wholePathIsReplacedWhateverItWas() {
        assertThat(edited(PathEdit.full("/new"), "/a/b/c")).isEqualTo("/new");
        assertThat(edited(PathEdit.full("/new/"), "/")).isEqualTo("/new/");
    }

    @Test
    void growthIsNeverMoreThanPromised() {
        PathEdit edit = PathEdit.prefix("/", "/a/very/long/replacement");
        assertThat(edited(edit, "/x").length() - "/x".length()).isLessThanOrEqualTo(edit.growthMax());
        assertThat(edited(PathEdit.full("/abc"), "").length())
                .isLessThanOrEqualTo(PathEdit.full("/abc").growthMax());
    }
}
