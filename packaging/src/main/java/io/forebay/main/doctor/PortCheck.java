package io.forebay.main.doctor;

import java.util.Optional;

/// Whether a port can be opened, and who has it otherwise.
final class PortCheck {
    private PortCheck() {}

    /// @param whose as `listener default/edge/https`
    static Finding of(HostView host, int port, String whose) {
        String name = "port-" + port;
        if (host.isPortFree(port)) {
            return Finding.ok(name, "free, " + whose);
        }
        Optional<HostView.Holder> holder = host.holder(port);
        if (holder.isPresent() && holder.get().isGateway()) {
            return Finding.ok(
                    name,
                    "open in the gateway that runs, process " + holder.get().pid() + ", " + whose);
        }
        String by = holder.map(process -> "process " + process.pid() + ", " + program(process.command()))
                .orElse("a process that this user may not see, or it needs a privilege");
        return Finding.failed(name, "not to be had: " + by, "end what has it, or choose another port for " + whose);
    }

    private static String program(String command) {
        int end = command.indexOf(' ');
        return end < 0 ? command : command.substring(0, end);
    }
}
