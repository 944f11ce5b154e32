package io.forebay.main.docs;

import io.forebay.gateway.DrainSettings;
import io.forebay.gateway.Gateway;
import io.forebay.gateway.GatewaySettings;
import io.forebay.gateway.offload.JobSettings;
import io.forebay.gateway.proxy.SessionKey;
import io.forebay.gateway.telemetry.AccessLog;
import io.forebay.gateway.transport.Transport;
import io.forebay.offload.StoreListener;
import io.forebay.offload.StoreObserver;
import io.forebay.offload.StoreSettings;
import io.forebay.offload.intake.OffloadStore;
import io.forebay.offload.intake.TimeSource;
import io.forebay.offload.rocks.RocksFolder;
import io.forebay.offload.rocks.RocksSettings;
import io.forebay.offload.storage.StorageException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;

/// The names of the stages, asked of a real gateway that never listens.
final class PipelineNames {
    private PipelineNames() {}

    static List<String> read(Path folder) throws StorageException {
        OffloadStore store = OffloadStore.open(
                new RocksFolder(folder, RocksSettings.DEFAULT),
                StoreSettings.DEFAULT,
                TimeSource.system(),
                StoreListener.NONE,
                StoreObserver.NONE);
        GatewaySettings settings = new GatewaySettings(
                1, Transport.NIO, null, 1, DrainSettings.DEFAULT, AccessLog.Level.OFF, JobSettings.DEFAULT);
        try (Gateway gateway = new Gateway(
                settings,
                () -> {
                    throw new IllegalStateException("nothing asks for a policy");
                },
                store.jobs(),
                store.reader(),
                store.spool(),
                OutputStream.nullOutputStream(),
                SessionKey.random(new SecureRandom()),
                null,
                null)) {
            return gateway.stageNames();
        } finally {
            store.close();
        }
    }
}
