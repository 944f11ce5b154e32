package io.forebay.main.store;

import io.forebay.offload.PayloadPart;
import io.forebay.offload.SpoolId;
import io.forebay.offload.backup.StoreLook;
import io.forebay.offload.machine.Part;
import io.forebay.offload.machine.StoredJob;
import io.forebay.offload.spool.SpoolTable;
import io.forebay.offload.storage.DamagedValueException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.json.JsonMapper;

/// Writes jobs as JSON, one a line: what the store knows of them, the heads as lines with secrets masked, and
/// the bodies in base64, of large ones a piece at a time. One thread.
final class ExportedJob {
    /// A multiple of three, so that the base64 of the pieces is that of the whole.
    private static final int PIECE_BYTES = 3 * (64 << 10);

    private static final Set<String> SECRETS =
            Set.of("authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key", "x-auth-token");

    private final StoreLook look;
    private final PrintWriter out;
    private final boolean hasBodies;
    private final JsonMapper json = JsonMapper.shared();

    ExportedJob(StoreLook look, PrintWriter out, boolean hasBodies) {
        this.look = look;
        this.out = out;
        this.hasBodies = hasBodies;
    }

    /// Writes a line in any case; what of it is damaged is left out, and thrown once the line is ended.
    void write(StoredJob job) throws IOException {
        Map<String, Object> known = JobHistory.metadata(job.toJob());
        String line = json.writeValueAsString(known);
        out.write(line, 0, line.length() - 1);
        try {
            if (!job.progress().payloadGone()) {
                head(job, "requestHead", PayloadPart.REQUEST_HEAD);
                body(job, "requestBody", PayloadPart.REQUEST_BODY);
                head(job, "resultHead", PayloadPart.RESULT_HEAD);
                body(job, "resultBody", PayloadPart.RESULT_BODY);
            }
        } finally {
            out.write("}\n");
        }
        if (out.checkError()) {
            throw new IOException("nobody takes the output");
        }
    }

    private void head(StoredJob job, String name, PayloadPart part) {
        if (job.payload().part(part).bytes() == 0) {
            return;
        }
        List<String> lines = new String(look.view().payload(job, part), StandardCharsets.ISO_8859_1)
                .lines()
                .filter(line -> !line.isEmpty())
                .map(ExportedJob::masked)
                .toList();
        out.write(",\"" + name + "\":" + json.writeValueAsString(lines));
    }

    /// A field line without its value, if that is a secret.
    private static String masked(String line) {
        int colon = line.indexOf(':');
        boolean isSecret =
                colon > 0 && SECRETS.contains(line.substring(0, colon).toLowerCase(Locale.ROOT));
        return isSecret ? line.substring(0, colon) + ": ***" : line;
    }

    private void body(StoredJob job, String name, PayloadPart part) throws IOException {
        Part kept = job.payload().part(part);
        SpoolId file = kept.spooled();
        if (kept.bytes() == 0 || !hasBodies) {
            return;
        }
        if (file == null) {
            byte[] body = look.view().payload(job, part);
            out.write(",\"" + name + "\":\"" + Base64.getEncoder().encodeToString(body) + '"');
        } else if (file.equals(SpoolId.GONE)) {
            out.write(",\"" + name + "Gone\":true");
        } else {
            large(name, file, kept);
        }
    }

    private void large(String name, SpoolId file, Part kept) throws IOException {
        SpoolTable table;
        try {
            table = SpoolTable.read(look.spool().path(file), kept.bytes(), kept.crc());
        } catch (NoSuchFileException gone) {
            // Deleted since the look was taken, or damaged; a scrub tells which.
            out.write(",\"" + name + "Gone\":true");
            return;
        }
        out.write(",\"" + name + "\":\"");
        boolean isWhole = false;
        try {
            for (long at = 0; at < table.bytes(); at += PIECE_BYTES) {
                out.write(Base64.getEncoder().encodeToString(table.read(at, PIECE_BYTES)));
            }
            isWhole = true;
        } catch (NoSuchFileException gone) {
            throw new DamagedValueException(String.valueOf(gone.getFile()), "it was deleted while it was read");
        } finally {
            out.write(isWhole ? "\"" : "\",\"" + name + "Cut\":true");
        }
    }
}
