package io.forebay.policy.reload;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.policy.document.Diagnostic;
import io.forebay.policy.offload.CallbackRule;
import io.forebay.policy.offload.SigningKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// How an OffloadPolicy has its callbacks signed, and where they wait.
class CallbackPolicyTest {
    private static final String OLD = "whsec_" + "A".repeat(32);
    private static final String NEW = "whsec_" + "B".repeat(32);
    private static final String QUEUE = """
            ---
            {apiVersion: forebay.io/v1alpha1, kind: Queue, metadata: {name: callbacks}, spec: {concurrency: 2}}
            """;
    private static final String SECRET = """
            ---
            {apiVersion: forebay.io/v1alpha1, kind: FileSecret, metadata: {name: signing}, spec: {webhook.key: signing.key}}
            """;

    @TempDir
    Path directory;

    @BeforeEach
    void writeExample() throws Exception {
        Files.writeString(directory.resolve("signing.key"), OLD + "\n");
        ShopFolder shop = ShopFolder.create(directory);
        shop.edit("  queue: reports\n", """
                  queue: reports
                  accept: [callback]
                  callback:
                    queue: callbacks
                    secretRef: {group: forebay.io, kind: FileSecret, name: signing}
                    hosts: [shop.example]
                """);
        write(QUEUE + SECRET);
    }

    private void write(String more) throws IOException {
        Files.writeString(directory.resolve("more.yaml"), more);
    }

    private PolicyReloader booted() throws Exception {
        PolicyReloader reloader = new PolicyReloader(
                ReloadSettings.of(directory), PublishGate.OPEN, List.of(), System::currentTimeMillis);
        assertThat(reloader.boot()).isInstanceOf(BootResult.Ready.class);
        return reloader;
    }

    private static void apply(PolicyReloader reloader) throws IOException {
        reloader.apply(reloader.directory().read());
    }

    private static @Nullable CallbackRule callback(PolicyReloader reloader) {
        var offload = requireNonNull(reloader.holder().current().rule("default/shop/reports"))
                .offload();
        return offload == null ? null : offload.callback();
    }

    private static List<String> errors(PolicyReloader reloader) {
        return reloader.report().diagnostics().stream()
                .filter(Diagnostic::isError)
                .map(Diagnostic::text)
                .toList();
    }

    @Test
    void theRuleHasTheQueueAndTheKeys() throws Exception {
        CallbackRule rule = requireNonNull(callback(booted()));
        assertThat(rule)
                .isEqualTo(new CallbackRule(
                        "default/callbacks", SigningKeys.parse(OLD + "\n"), List.of("shop.example"), false, false));
    }

    @Test
    void keysAreChangedByWritingTheirFile() throws Exception {
        PolicyReloader reloader = booted();
        Files.writeString(directory.resolve("signing.key"), NEW + "\n" + OLD + "\n");
        apply(reloader);
        assertThat(requireNonNull(callback(reloader)).keys()).isEqualTo(SigningKeys.parse(NEW + "\n" + OLD + "\n"));
        Files.writeString(directory.resolve("signing.key"), "nonsense");
        apply(reloader);
        assertThat(errors(reloader))
                .singleElement()
                .asString()
                .contains("spec['webhook.key']: the key file has no key in line 1")
                .doesNotContain("nonsense");
        assertThat(callback(reloader)).as("the last good keys stay").isNotNull();
    }

    @Test
    void aSecretThatVanishesTakesNothingWithIt() throws Exception {
        PolicyReloader reloader = booted();
        write(QUEUE);
        apply(reloader);
        assertThat(errors(reloader))
                .containsExactly("spec.callback.secretRef: there is no sound FileSecret default/signing");
        assertThat(requireNonNull(callback(reloader)).keys()).isEqualTo(SigningKeys.parse(OLD + "\n"));
    }

    @Test
    void aSecretInlineWillDo() throws Exception {
        new ShopFolder(directory).edit("{group: forebay.io, kind: FileSecret, name: signing}", "{name: signing}");
        write(QUEUE + """
                ---
                {apiVersion: v1, kind: Secret, metadata: {name: signing}, stringData: {webhook.key: %s}}
                """.formatted(NEW));
        assertThat(requireNonNull(callback(booted())).keys()).isEqualTo(SigningKeys.parse(NEW));
    }

    @Test
    void whatIsMissingIsNamed() throws Exception {
        write(SECRET);
        assertThat(errors(booted())).containsExactly("spec.callback.queue: there is no sound Queue default/callbacks");
        write(QUEUE);
        assertThat(errors(booted()))
                .containsExactly("spec.callback.secretRef: there is no sound FileSecret default/signing");
        write(QUEUE + SECRET.replace("webhook.key: signing.key", "ca.crt: tls/clients-ca.pem"));
        assertThat(errors(booted()))
                .containsExactly("spec.callback.secretRef: FileSecret default/signing has no webhook.key");
        write(QUEUE.replace("concurrency: 2", "workers: pull") + SECRET);
        assertThat(errors(booted()))
                .containsExactly("spec.callback.queue: the gateway delivers callbacks itself;"
                        + " expected a queue without workers: pull");
        new ShopFolder(directory).edit("kind: FileSecret, name: signing", "kind: Secret, name: signing");
        write(QUEUE + SECRET);
        assertThat(errors(booted()))
                .containsExactly("spec.callback.secretRef: no kind Secret in the group \"forebay.io\";"
                        + " expected Secret in \"\", FileSecret in forebay.io");
    }
}
