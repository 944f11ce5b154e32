package io.forebay.main.seed;

import io.forebay.policy.document.Findings;
import io.forebay.policy.document.Yaml;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The part of cloud-init's `#cloud-config` that an appliance needs, under its names.
record CloudConfig(
        Optional<String> hostname, List<String> authorizedKeys, List<Seed.SeedFile> files, List<String> timeServers) {
    static final CloudConfig NOTHING = new CloudConfig(Optional.empty(), List.of(), List.of(), List.of());

    private static final Pattern KEY = Pattern.compile(
            "(ssh-(ed25519|rsa)|ecdsa-sha2-nistp(256|384|521)|sk-(ssh-ed25519|ecdsa-sha2-nistp256)@openssh\\.com)"
                    + " [A-Za-z0-9+/]+={0,2}( [^\\p{Cntrl}]*)?");
    private static final String KEY_EXPECTED = "a public key as OpenSSH writes it: ssh-ed25519 AAAA... comment";
    private static final Set<String> BASE64 = Set.of("b64", "base64");
    private static final String PLAIN = "text/plain";

    /// @param target where the files are to be written; null where the seed is only read
    static CloudConfig read(Yaml.Mapping root, Findings findings, @Nullable Path target) {
        Fields fields = Fields.of(root, "", findings, List.of("hostname", "ssh_authorized_keys", "write_files", "ntp"));
        return new CloudConfig(
                fields.text("hostname", HostName::isValid, HostName.EXPECTED),
                fields.texts("ssh_authorized_keys", key -> KEY.matcher(key).matches(), KEY_EXPECTED),
                files(fields, new SeedPaths(target)),
                fields.fields("ntp", List.of("servers"))
                        .map(ntp -> ntp.texts(
                                "servers",
                                server -> HostName.isValid(server) || IpAddress.isValid(server),
                                "a host name or an IP address"))
                        .orElse(List.of()));
    }

    private static List<Seed.SeedFile> files(Fields root, SeedPaths paths) {
        List<Seed.SeedFile> files = new ArrayList<>();
        for (Fields file : root.list("write_files", List.of("path", "content", "encoding"))) {
            Optional<String> path = file.required("path", SeedPlaces::hasPath, SeedPlaces.EXPECTED);
            boolean isBase64 = file.text(
                            "encoding",
                            encoding -> encoding.equals(PLAIN) || BASE64.contains(encoding),
                            "b64, base64 or text/plain")
                    .filter(BASE64::contains)
                    .isPresent();
            Optional<byte[]> content = isBase64
                    ? file.requiredSecret("content", CloudConfig::isBase64, "base64")
                            .map(CloudConfig::decoded)
                    : file.requiredSecret("content", _ -> true, "a text")
                            .map(text -> text.getBytes(StandardCharsets.UTF_8));
            if (path.isPresent() && content.isPresent()) {
                paths.add(path.get(), file);
                files.add(new Seed.SeedFile(path.get(), content.get()));
            }
        }
        return files;
    }

    private static boolean isBase64(String text) {
        try {
            decoded(text);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /// Line ends are no part of it.
    private static byte[] decoded(String text) {
        return Base64.getDecoder().decode(text.replaceAll("\\s", ""));
    }
}
