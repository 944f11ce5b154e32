package io.forebay.main.chart;

import com.marcnuri.helm.Helm;
import io.forebay.main.process.Checkout;
import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/// The chart with some values.
record RenderedChart(List<Manifest> manifests) {
    static Path folder() {
        return Checkout.root().resolve("packaging/chart/forebay");
    }

    /// @param work a folder for a file of values
    /// @param values YAML
    /// @throws RuntimeException Helm does not render it; the message says why
    static RenderedChart of(Path work, String release, String values) throws IOException {
        Path file = Files.writeString(work.resolve("values.yaml"), values);
        String text = new Helm(ofAnyKubernetes(work))
                .template()
                .withName(release)
                .withNamespace("shop")
                .withValuesFile(file)
                .call();
        List<Manifest> manifests = new ArrayList<>();
        for (Object document : new Load(LoadSettings.builder().build()).loadAllFromString(text)) {
            if (document != null) {
                manifests.add(new Manifest(document));
            }
        }
        return new RenderedChart(manifests);
    }

    /// A copy that does not ask for a version of Kubernetes: this library of Helm takes it for 1.20, whatever is said.
    private static Path ofAnyKubernetes(Path work) throws IOException {
        Path copy = work.resolve("forebay");
        try (Stream<Path> files = Files.walk(folder(), FileVisitOption.FOLLOW_LINKS)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path target = copy.resolve(folder().relativize(file).toString());
                Files.createDirectories(target.getParent());
                Files.copy(file, target, StandardCopyOption.REPLACE_EXISTING);
            }
        }
        Path chart = copy.resolve("Chart.yaml");
        String text = Files.readString(chart);
        String free = text.replaceFirst("(?m)^kubeVersion: .*$", "");
        if (free.equals(text)) {
            throw new AssertionError("the chart asks for no version");
        }
        Files.writeString(chart, free);
        return copy;
    }

    List<Manifest> all(String kind) {
        return manifests.stream()
                .filter(manifest -> manifest.kind().equals(kind))
                .toList();
    }

    Manifest only(String kind) {
        List<Manifest> all = all(kind);
        if (all.size() != 1) {
            throw new AssertionError(all.size() + " of kind " + kind);
        }
        return all.getFirst();
    }

    Manifest named(String kind, String name) {
        return all(kind).stream()
                .filter(manifest -> manifest.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + kind + " " + name));
    }

    Manifest pod() {
        return only("StatefulSet").at("spec", "template");
    }

    Manifest container() {
        return pod().at("spec", "containers", 0);
    }
}
