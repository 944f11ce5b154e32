package io.forebay.main.quickstart;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;

/// The policy of the tour: templates beside this class, written into the folder with the ports of this run.
final class SamplePolicy {
    private static final List<String> FILES = List.of(
            "10-gateway.yaml",
            "20-routes.yaml",
            "25-backends.yaml",
            "30-security.yaml",
            "40-limits.yaml",
            "50-offload.yaml");
    private static final String ROUTES = "policy/20-routes.yaml";

    private final TourFolder folder;

    SamplePolicy(TourFolder folder) {
        this.folder = folder;
    }

    void write(int gatewayPort, int menuPort, int reportsPort) throws IOException {
        Map<String, String> values = Map.of(
                "@PORT@",
                String.valueOf(gatewayPort),
                "@MENU@",
                String.valueOf(menuPort),
                "@REPORTS@",
                String.valueOf(reportsPort),
                "@ISSUER@",
                TokenIssuer.ISSUER,
                "@AUDIENCE@",
                TokenIssuer.AUDIENCE,
                "@SCOPE@",
                TokenIssuer.SCOPE);
        for (String file : FILES) {
            String text = template("policy/" + file);
            for (Map.Entry<String, String> value : values.entrySet()) {
                text = text.replace(value.getKey(), value.getValue());
            }
            folder.write("policy/" + file, text);
        }
    }

    /// Adds the rule for the specials at the end of the file of routes, as an editor would.
    ///
    /// @return what was added
    String addSpecials() throws IOException {
        String added = template("specials.yaml");
        folder.write(ROUTES, Files.readString(folder.root().resolve(ROUTES)) + added);
        return added;
    }

    String routesFile() {
        return folder.shown(folder.root().resolve(ROUTES));
    }

    private static String template(String name) throws IOException {
        try (InputStream in = SamplePolicy.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IOException("the template " + name + " is not on the class path");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
