package io.forebay.main.seed;

import io.forebay.policy.document.Findings;
import io.forebay.policy.document.Position;
import io.forebay.policy.document.Yaml;
import io.forebay.policy.document.YamlFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Reads the files of a seed, as cloud-init's NoCloud names them; anything else beside them is an error.
///
/// @param root where it is to be applied; null where it is only read
/// @param findings gets an error for each thing that is not understood, with its place
record SeedReader(Path folder, @Nullable Path root, Findings findings) {
    private static final String META_DATA = "meta-data";
    private static final String USER_DATA = "user-data";
    private static final String NETWORK_CONFIG = "network-config";
    private static final List<String> FILES = List.of(META_DATA, USER_DATA, NETWORK_CONFIG);
    private static final String FIRST_LINE = "#cloud-config";
    private static final int FILE_BYTES_MAX = 4 << 20;
    private static final int INSTANCE_ID_CHARS_MAX = 256;

    /// What it says; null where there is an error.
    @Nullable
    Seed read() throws IOException {
        refuseOthers();
        Optional<String> name = metaData();
        CloudConfig user = userData();
        List<Seed.NetworkUnit> networks = networks();
        if (findings.hasErrors()) {
            return null;
        }
        return new Seed(
                user.hostname().or(() -> name), user.authorizedKeys(), user.files(), networks, user.timeServers());
    }

    private static Position start(String file) {
        return new Position(file, 1, 1);
    }

    private void refuseOthers() throws IOException {
        List<Path> all;
        try (Stream<Path> entries = Files.list(folder)) {
            all = entries.sorted().toList();
        }
        for (Path entry : all) {
            String name = String.valueOf(entry.getFileName());
            boolean isEmptyVendorData = name.equals("vendor-data") && Files.size(entry) == 0;
            if (!FILES.contains(name) && !isEmptyVendorData) {
                findings.error(start(name), "", "is not understood", "no files but " + String.join(", ", FILES));
            }
        }
    }

    /// The bytes of a file, or none.
    private byte[] bytes(String file) throws IOException {
        Path path = folder.resolve(file);
        if (!Files.exists(path)) {
            return new byte[0];
        }
        long size = Files.size(path);
        if (size > FILE_BYTES_MAX) {
            findings.error(start(file), "", "the file has " + size + " bytes", "at most " + FILE_BYTES_MAX + " bytes");
            return new byte[0];
        }
        return Files.readAllBytes(path);
    }

    private Optional<String> metaData() throws IOException {
        Yaml.Mapping meta = YamlFile.read(META_DATA, bytes(META_DATA), findings);
        if (meta == null) {
            return Optional.empty();
        }
        Fields fields = Fields.of(meta, "", findings, List.of("instance-id", "local-hostname"));
        fields.required(
                "instance-id",
                id -> !id.isBlank() && id.length() <= INSTANCE_ID_CHARS_MAX,
                "a name; with another one a seed is applied again");
        return fields.text("local-hostname", HostName::isValid, HostName.EXPECTED);
    }

    private CloudConfig userData() throws IOException {
        byte[] bytes = bytes(USER_DATA);
        String text = new String(bytes, StandardCharsets.UTF_8);
        if (!text.isBlank()
                && !text.lines().findFirst().orElse("").stripTrailing().equals(FIRST_LINE)) {
            findings.error(start(USER_DATA), "", "is of a kind that is not understood", FIRST_LINE + " as first line");
            return CloudConfig.NOTHING;
        }
        Yaml.Mapping config = YamlFile.read(USER_DATA, bytes, findings);
        return config == null ? CloudConfig.NOTHING : CloudConfig.read(config, findings, root);
    }

    private List<Seed.NetworkUnit> networks() throws IOException {
        byte[] bytes = bytes(NETWORK_CONFIG);
        Yaml.Mapping config = YamlFile.read(NETWORK_CONFIG, bytes, findings);
        return config == null || config.entries().isEmpty() ? List.of() : NetworkConfig.read(config, findings);
    }
}
