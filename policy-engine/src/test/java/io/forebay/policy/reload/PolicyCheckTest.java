package io.forebay.policy.reload;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.policy.document.Diagnostic;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PolicyCheckTest {

    @TempDir
    Path directory;

    @Test
    void fivePlantedErrorsAreAllNamedInOneRun() throws Exception {
        ShopFolder shop = ShopFolder.create(directory);
        shop.edit("gatewayClassName: forebay", "gatewayClasName: forebay");
        shop.edit("unit: Minute, burst: 20", "unit: Minutes, burst: 20");
        shop.edit("queue: reports\n", "queue: reprots\n");
        Files.writeString(directory.resolve("b.yaml"), "apiVersion: v1\nkind: ConfigMap\nmetadata:\n\tname: x\n");
        Files.writeString(
                directory.resolve("c.yaml"),
                "# moved\n{apiVersion: forebay.io/v1alpha1, kind: Backend, metadata: {name: z}, spec: {endpoints: [{zone: east}]}}\n");

        assertThat(PolicyCheck.run(directory).stream()
                        .filter(Diagnostic::isError)
                        .map(Diagnostic::toString))
                .anySatisfy(text -> assertThat(text)
                        .isEqualTo("shop.yaml:5:3: error: Gateway default/edge: spec.gatewayClasName: "
                                + "unknown field \"gatewayClasName\"; did you mean \"gatewayClassName\"?"))
                .anySatisfy(text -> assertThat(text)
                        .matches("shop.yaml:[0-9]+:[0-9]+: error: BackendTrafficPolicy default/limits: .*unit: "
                                + "found \"Minutes\"; expected one of Second, Minute, Hour, Day"))
                .anySatisfy(text -> assertThat(text)
                        .matches("shop.yaml:[0-9]+:10: error: OffloadPolicy default/reports: spec.queue: "
                                + "there is no sound Queue default/reprots"))
                .anySatisfy(text -> assertThat(text).startsWith("b.yaml:4:1: error: not valid YAML"))
                .anySatisfy(text -> assertThat(text)
                        .isEqualTo("c.yaml:2:90: error: Backend default/z: spec.endpoints[0]: "
                                + "nothing is chosen; expected exactly one of fqdn, srv, ip, unix"));
    }

    @Test
    void pathsUnderTheReservedPrefixAndYmlFilesAreWarnedOf() throws Exception {
        ShopFolder shop = ShopFolder.create(directory);
        shop.edit("value: /menu", "value: /_jobs");
        Files.writeString(directory.resolve("x.yml"), "");

        assertThat(PolicyCheck.run(directory).stream().map(Diagnostic::toString))
                .anySatisfy(text -> assertThat(text)
                        .contains(
                                "warning: HTTPRoute default/shop: spec.rules[0].matches[0].path.value: paths under /_"))
                .anySatisfy(text -> assertThat(text).startsWith("x.yml:1:1: warning: the file is not read"))
                .allSatisfy(text -> assertThat(text).contains(": warning: "));
    }
}
