package io.forebay.main;

import io.forebay.admin.resource.AdminApi;
import io.forebay.admin.server.AdminAddressFile;
import io.forebay.admin.server.AdminServer;
import io.forebay.admin.server.HealthServer;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.security.SecureRandom;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/// The ports beside those of the policy: the operators', and the one for those who ask whether traffic should come.
///
/// @param admin null where it is closed
/// @param health null where it is closed
record OperatorServers(
        @Nullable AdminServer admin, @Nullable HealthServer health) implements AutoCloseable {
    private static final Logger LOG = System.getLogger(OperatorServers.class.getName());

    /// Opens what the boot configuration wants.
    ///
    /// @throws StartFailure a port cannot be opened; none is open then
    static OperatorServers open(BootConfig boot, AdminApi.Ports ports) throws StartFailure {
        try {
            AdminServer admin = null;
            if (boot.hasAdmin()) {
                admin = AdminServer.start(boot.admin(), boot.data(), ports, new SecureRandom(), InstantSource.system());
            } else {
                forgetAdmin(boot);
            }
            try {
                return new OperatorServers(admin, health(boot, ports));
            } catch (IOException e) {
                if (admin != null) {
                    admin.close();
                }
                throw e;
            }
        } catch (IOException e) {
            throw new StartFailure(ExitCode.USAGE, String.valueOf(e.getMessage()));
        }
    }

    /// The same in the place of another process, which is leaving already: without operators is better than without a
    /// gateway.
    static OperatorServers openWhatIsPossible(BootConfig boot, AdminApi.Ports ports) throws StartFailure {
        AdminServer admin = null;
        HealthServer health = null;
        if (boot.hasAdmin()) {
            try {
                admin = AdminServer.start(boot.admin(), boot.data(), ports, new SecureRandom(), InstantSource.system());
            } catch (IOException e) {
                LOG.log(Level.ERROR, "the operators' port stays closed until the next start: " + e.getMessage());
            }
        } else {
            try {
                forgetAdmin(boot);
            } catch (IOException e) {
                throw new StartFailure(ExitCode.USAGE, String.valueOf(e.getMessage()));
            }
        }
        try {
            health = health(boot, ports);
        } catch (IOException e) {
            LOG.log(Level.ERROR, "the health port stays closed until the next start: " + e.getMessage());
        }
        return new OperatorServers(admin, health);
    }

    private static @Nullable HealthServer health(BootConfig boot, AdminApi.Ports ports) throws IOException {
        return boot.health() == null ? null : HealthServer.start(boot.health(), ports.gateway(), ports.metrics());
    }

    private static void forgetAdmin(BootConfig boot) throws IOException {
        try {
            AdminAddressFile.forget(boot.data());
        } catch (IOException e) {
            throw new IOException("the data folder cannot be written: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        if (admin != null) {
            admin.close();
        }
        if (health != null) {
            health.close();
        }
    }
}
