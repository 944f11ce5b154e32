package io.forebay.policy.reload;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.policy.PolicySnapshot;
import io.forebay.policy.TestPki;
import io.forebay.policy.compile.CompileSettings;
import io.forebay.policy.compile.PolicyDiff;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PolicyWatcherComponentTest {

    private static final String QUEUE =
            "apiVersion: forebay.io/v1alpha1\nkind: Queue\nmetadata: {name: q}\nspec: {concurrency: %d}\n";

    @TempDir
    Path directory;

    private final BlockingQueue<PolicySnapshot> published = new LinkedBlockingQueue<>();
    private final BlockingQueue<ReloadReport> faults = new LinkedBlockingQueue<>();
    private @Nullable PolicyWatcher watcher;

    private PolicyReloader start(Path folder, long pollMs) throws Exception {
        ReloadObserver observer = new ReloadObserver() {
            @Override
            public void published(PolicySnapshot previous, PolicySnapshot current, PolicyDiff diff) {
                published.add(current);
            }

            @Override
            public void faulty(ReloadReport report) {
                faults.add(report);
            }
        };
        PolicyReloader reloader = new PolicyReloader(
                new ReloadSettings(folder, CompileSettings.DEFAULT, 20, 200, pollMs),
                PublishGate.OPEN,
                List.of(observer),
                System::currentTimeMillis);
        assertThat(reloader.boot()).isInstanceOf(BootResult.Ready.class);
        assertThat(next().generation()).isEqualTo(1);
        watcher = PolicyWatcher.start(reloader);
        return reloader;
    }

    private PolicySnapshot next() throws InterruptedException {
        return Objects.requireNonNull(published.poll(20, TimeUnit.SECONDS), "nothing was published");
    }

    private static int concurrency(PolicySnapshot snapshot) {
        return Objects.requireNonNull(snapshot.queue("default/q")).concurrency();
    }

    @AfterEach
    void stop() {
        if (watcher != null) {
            watcher.close();
        }
    }

    @Test
    void aHundredRenamesRaiseTheGenerationByOneEach() throws Exception {
        Path file = directory.resolve("q.yaml");
        Files.writeString(file, QUEUE.formatted(1));
        start(directory, 2_000);

        for (int i = 2; i <= 101; i++) {
            ShopFolder.rename(file, QUEUE.formatted(i));
            PolicySnapshot snapshot = next();
            assertThat(snapshot.generation()).isEqualTo(i);
            assertThat(concurrency(snapshot)).isEqualTo(i);
        }
        assertThat(published).isEmpty();
    }

    @Test
    void aWriteInPlaceGoesLive() throws Exception {
        Path file = directory.resolve("q.yaml");
        Files.writeString(file, QUEUE.formatted(1));
        start(directory, 2_000);

        Files.writeString(file, QUEUE.formatted(2));

        assertThat(concurrency(next())).isEqualTo(2);
    }

    @Test
    void aFileInANewSubfolderGoesLive() throws Exception {
        Files.writeString(directory.resolve("q.yaml"), QUEUE.formatted(1));
        start(directory, 50);

        Files.createDirectories(directory.resolve("admin.d"));
        Files.writeString(
                directory.resolve("admin.d/z.yaml"), QUEUE.formatted(7).replace("name: q", "name: z"));

        assertThat(next().queue("default/z")).isNotNull();
    }

    /// Within an hour, which is what the poll would take.
    @Test
    void aFolderThatTakesAnothersNameIsWatched() throws Exception {
        Path live = Files.createDirectory(directory.resolve("live"));
        Files.writeString(live.resolve("q.yaml"), QUEUE.formatted(1));
        Path next = Files.createDirectory(directory.resolve(".next"));
        Files.writeString(next.resolve("q.yaml"), QUEUE.formatted(2));
        start(directory, 3_600_000);

        Files.move(live, directory.resolve(".old"));
        Files.move(next, live);
        assertThat(concurrency(next())).isEqualTo(2);
        Files.writeString(live.resolve("q.yaml"), QUEUE.formatted(3));

        assertThat(concurrency(next())).isEqualTo(3);
    }

    @Test
    void aSwappedDataLinkIsOneChange() throws Exception {
        Path mount = Files.createDirectory(directory.resolve("mount"));
        version(mount, "..v1", 1);
        Files.createSymbolicLink(mount.resolve("..data"), Path.of("..v1"));
        Files.createSymbolicLink(mount.resolve("a.yaml"), Path.of("..data/a.yaml"));
        Files.createSymbolicLink(mount.resolve("b.yaml"), Path.of("..data/b.yaml"));
        start(mount, 2_000);

        version(mount, "..v2", 2);
        Files.createSymbolicLink(mount.resolve("..data_tmp"), Path.of("..v2"));
        Files.move(mount.resolve("..data_tmp"), mount.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);

        PolicySnapshot snapshot = next();
        assertThat(snapshot.generation()).isEqualTo(2);
        assertThat(concurrency(snapshot)).isEqualTo(2);
        assertThat(Objects.requireNonNull(snapshot.queue("default/other")).concurrency())
                .isEqualTo(2);
        assertThat(published).isEmpty();
    }

    private static void version(Path mount, String name, int concurrency) throws Exception {
        Path folder = Files.createDirectory(mount.resolve(name));
        Files.writeString(folder.resolve("a.yaml"), QUEUE.formatted(concurrency));
        Files.writeString(folder.resolve("b.yaml"), QUEUE.formatted(concurrency).replace("name: q", "name: other"));
    }

    @Test
    void aNewKeySetFileGoesLive() throws Exception {
        ShopFolder.create(directory);
        start(directory, 2_000);

        ShopFolder.rename(directory.resolve("tls/jwks.json"), TestPki.jwks());

        assertThat(next().generation()).isEqualTo(2);
    }

    @Test
    void aFaultyFileIsReportedAndTheLastGoodStays() throws Exception {
        Path file = directory.resolve("q.yaml");
        Files.writeString(file, QUEUE.formatted(1));
        PolicyReloader reloader = start(directory, 2_000);

        ShopFolder.rename(file, QUEUE.formatted(0));
        ReloadReport report = Objects.requireNonNull(faults.poll(20, TimeUnit.SECONDS), "no fault was told");

        assertThat(report.diagnostics().getFirst().toString()).startsWith("q.yaml:4:21: error: Queue default/q");
        assertThat(concurrency(reloader.holder().current())).isEqualTo(1);
        assertThat(reloader.holder().current().generation()).isEqualTo(1);
    }

    @Test
    void aVanishedDirectoryIsReportedAndChangesNothing() throws Exception {
        Path folder = Files.createDirectory(directory.resolve("policy"));
        Files.writeString(folder.resolve("q.yaml"), QUEUE.formatted(1));
        PolicyReloader reloader = start(folder, 50);

        Files.move(folder, directory.resolve("elsewhere"));
        ReloadReport report = Objects.requireNonNull(faults.poll(20, TimeUnit.SECONDS), "no fault was told");

        assertThat(report.diagnostics().getFirst().message()).isEqualTo("the policy directory is not there");
        assertThat(concurrency(reloader.holder().current())).isEqualTo(1);
    }
}
