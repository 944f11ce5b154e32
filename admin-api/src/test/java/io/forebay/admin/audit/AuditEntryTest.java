package io.forebay.admin.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuditEntryTest {
    private static final AuditEntry INTENT = new AuditEntry(
            "c1",
            Instant.parse("2026-11-23T12:00:00.123456789Z"),
            AuditEntry.Phase.INTENT,
            "admin-token",
            "::1",
            "queue.pause",
            "shop/reports dispatch",
            null,
            null,
            "t1");

    @Test
    void whatWasWrittenIsRead() {
        AuditEntry explained = new AuditEntry(
                "c2",
                INTENT.at(),
                AuditEntry.Phase.OUTCOME,
                "admin-token",
                "::1",
                "queue.pause",
                "q",
                "because \"so\" – naïvely\n",
                "done",
                "t2");
        assertThat(AuditEntry.of(INTENT.json())).isEqualTo(INTENT);
        assertThat(AuditEntry.of(explained.json())).isEqualTo(explained);
    }

    @Test
    void membersOfLaterVersionsAreLeftOut() {
        String json = new String(INTENT.json(), StandardCharsets.UTF_8).replaceFirst("\\{", "{\"more\":[1],");
        assertThat(AuditEntry.of(json.getBytes(StandardCharsets.UTF_8))).isEqualTo(INTENT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[]", "{\"changeId\":\"c1\"}", "AT", "PHASE"})
    void whatIsNoEntryIsRefused(String text) {
        String json = new String(INTENT.json(), StandardCharsets.UTF_8);
        String broken = switch (text) {
            case "AT" -> json.replace("2026-11-23T", "yesterday ");
            case "PHASE" -> json.replace("\"intent\"", "\"hope\"");
            default -> text;
        };
        assertThatThrownBy(() -> AuditEntry.of(broken.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
