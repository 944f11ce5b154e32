package io.forebay.admin.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.forebay.admin.call.OperationTable.Found;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OperationTableTest {
    private static final Operation LIST = Operation.get("/v1/things", Set.of(), OperationTableTest::nothing);
    private static final Operation ONE = Operation.get("/v1/things/{name}", Set.of(), OperationTableTest::nothing);
    private static final Operation SPECIAL = Operation.get("/v1/things/special", Set.of(), OperationTableTest::nothing);
    private static final Operation STOP =
            Operation.post("/v1/things/{name}/stop", Set.of(), OperationTableTest::nothing);
    private static final Operation PUT_ONE = Operation.post("/v1/things/{name}", Set.of(), OperationTableTest::nothing);

    private final OperationTable table = new OperationTable(List.of(LIST, SPECIAL, ONE, STOP, PUT_ONE));

    private static Answer nothing(Parameters parameters) {
        return Answer.of(Map.of());
    }

    private Found find(String method, String rawPath) {
        return table.find(new Call(method, rawPath, Map.of(), null, null, () -> new byte[0], "127.0.0.1", "t"));
    }

    @Test
    void namedSegmentsAreTakenFromThePath() {
        assertThat(find("GET", "/v1/things/a")).isEqualTo(new Found.Match(ONE, Map.of("name", "a")));
        assertThat(find("POST", "/v1/things/a/stop")).isEqualTo(new Found.Match(STOP, Map.of("name", "a")));
    }

    @Test
    void headFindsTheOperationOfGet() {
        assertThat(find("HEAD", "/v1/things")).isEqualTo(new Found.Match(LIST, Map.of()));
    }

    @Test
    void theEarlierOfTwoFittingTemplatesWins() {
        assertThat(find("GET", "/v1/things/special")).isEqualTo(new Found.Match(SPECIAL, Map.of()));
    }

    @Test
    void otherMethodsAreNamed() {
        assertThat(find("DELETE", "/v1/things/a")).isEqualTo(new Found.OtherMethods("GET, HEAD, POST"));
        assertThat(find("get", "/v1/things")).isEqualTo(new Found.OtherMethods("GET, HEAD"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/v1", "/v1/", "/v1/things/", "/v1/things//stop", "/V1/things", "/v1/things/a/b/c"})
    void pathsThatFitNoTemplateAreNothing(String rawPath) {
        assertThat(find("GET", rawPath)).isEqualTo(new Found.Nothing());
    }

    @ParameterizedTest
    @CsvSource({"a%2Fb, a/b", "a%20b, a b", "a+b, a+b", "%C3%A4, ä", "..%2F.., ../.."})
    void segmentsAreDecodedAfterTheyAreToldApart(String encoded, String decoded) {
        assertThat(find("GET", "/v1/things/" + encoded)).isEqualTo(new Found.Match(ONE, Map.of("name", decoded)));
    }

    @Test
    void badPercentEncodingIsRefused() {
        assertThatExceptionOfType(CallRefused.class)
                .isThrownBy(() -> find("GET", "/v1/things/%zz"))
                .satisfies(refused -> assertThat(refused.problem().kind()).isEqualTo(ProblemKind.BAD_PATH));
    }
}
