package io.forebay.policy.reload;

import io.forebay.policy.ObjectStatuses;
import io.forebay.policy.PolicySnapshot;
import io.forebay.policy.compile.CompileResult;
import io.forebay.policy.compile.EffectiveObjects;
import io.forebay.policy.compile.PolicyCompiler;
import io.forebay.policy.compile.PolicyDiff;
import io.forebay.policy.document.Diagnostic;
import io.forebay.policy.document.Diagnostic.Severity;
import io.forebay.policy.document.Position;
import io.forebay.policy.reload.PublishGate.PublishRefusedException;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/// Turns one state of the policy directory into the snapshot in force: read, parse, compile, gate, publish, tell.
/// The generation grows by one with each publish; a state that changes nothing the gateway would act on publishes
/// nothing; where objects are faulty their last good versions stay and the report says so.
///
/// Called by one thread at a time: the booting one, then `policy-watcher`. The report and the revisions may be read
/// by any thread.
public final class PolicyReloader {

    /// Published generations that are remembered; the oldest is dropped.
    public static final int REVISIONS_MAX = 100;

    private static final Logger LOG = System.getLogger(PolicyReloader.class.getName());
    private static final int LOGGED_DIAGNOSTICS = 10;

    /// What one reload did.
    enum Applied {
        PUBLISHED,
        NOTHING_NEW,
        REFUSED
    }

    private final ReloadSettings settings;
    private final PolicyDirectory directory;
    private final PolicyCompiler compiler;
    private final PublishGate gate;
    private final List<ReloadObserver> observers;
    private final LongSupplier wallClockMs;
    private final PolicyHolder holder = new PolicyHolder();

    private EffectiveObjects objects = EffectiveObjects.NONE;
    private String appliedRevision = "";
    private volatile ReloadReport report = new ReloadReport(0, "", 0, List.of(), ObjectStatuses.NONE);
    private volatile List<Revision> revisions = List.of();

    /// Puts a reloader together; nothing is read yet.
    ///
    /// @param observers told in this order, on the reloading thread
    /// @param wallClockMs for reports, revisions and warnings of expiring certificates
    public PolicyReloader(
            ReloadSettings settings, PublishGate gate, List<ReloadObserver> observers, LongSupplier wallClockMs) {
        this.settings = settings;
        this.directory = new PolicyDirectory(settings.directory());
        this.compiler = new PolicyCompiler(settings.compile());
        this.gate = gate;
        this.observers = List.copyOf(observers);
        this.wallClockMs = wallClockMs;
    }

    /// Loads the directory for the first time, on the caller's thread, and publishes generation 1.
    public BootResult boot() throws PublishRefusedException {
        PolicyFiles files;
        try {
            files = directory.read();
        } catch (IOException e) {
            return new BootResult.Unparsable(List.of(unreadableDirectory(e)));
        }
        CompileResult result = compile(files, 1);
        if (result instanceof CompileResult.Faulty faulty && faulty.unparsed()) {
            return new BootResult.Unparsable(faulty.diagnostics());
        }
        gate.prepare(result.snapshot());
        publish(result, result.objects().since(objects));
        return new BootResult.Ready(report);
    }

    /// The snapshot for the loops.
    public PolicyHolder holder() {
        return holder;
    }

    /// What the latest reload found.
    public ReloadReport report() {
        return report;
    }

    /// The latest published generations, oldest first.
    public List<Revision> revisions() {
        return revisions;
    }

    ReloadSettings settings() {
        return settings;
    }

    PolicyDirectory directory() {
        return directory;
    }

    Applied apply(PolicyFiles files) {
        if (files.input().revision().equals(appliedRevision)) {
            return Applied.NOTHING_NEW;
        }
        CompileResult result = compile(files, holder.current().generation() + 1);
        PolicyDiff diff = result.objects().since(objects);
        if (diff.isEmpty()) {
            keep(result);
            return Applied.NOTHING_NEW;
        }
        try {
            gate.prepare(result.snapshot());
        } catch (PublishRefusedException e) {
            LOG.log(Level.WARNING, "policy generation " + result.snapshot().generation() + " is held back", e);
            observers.forEach(observer -> observer.refused(e));
            return Applied.REFUSED;
        }
        publish(result, diff);
        return Applied.PUBLISHED;
    }

    /// Notes that the directory cannot be listed; everything in force stays.
    void unreadable(IOException e) {
        String revision = "unreadable: " + e.getMessage();
        if (!revision.equals(appliedRevision)) {
            appliedRevision = revision;
            tell(report(revision, List.of(unreadableDirectory(e)), report.objects()));
        }
    }

    private CompileResult compile(PolicyFiles files, long generation) {
        return compiler.compile(files.input(), objects, generation, wallClockMs.getAsLong());
    }

    private void keep(CompileResult result) {
        objects = result.objects();
        appliedRevision = result.snapshot().revision();
        tell(report(appliedRevision, result.diagnostics(), result.statuses()));
        if (!report.hasErrors()) {
            each(ReloadObserver::unchanged);
        }
    }

    private void publish(CompileResult result, PolicyDiff diff) {
        PolicySnapshot previous = holder.current();
        PolicySnapshot current = result.snapshot();
        objects = result.objects();
        appliedRevision = current.revision();
        holder.publish(current);
        LOG.log(Level.INFO, () -> "policy generation " + current.generation() + ": " + diff.summary());
        remember(current, diff, result.diagnostics());
        tell(report(appliedRevision, result.diagnostics(), result.statuses()));
        each(observer -> observer.published(previous, current, diff));
    }

    private void remember(PolicySnapshot current, PolicyDiff diff, List<Diagnostic> diagnostics) {
        long errors = diagnostics.stream().filter(Diagnostic::isError).count();
        List<Revision> longer = new ArrayList<>(revisions);
        longer.add(new Revision(current.generation(), current.revision(), wallClockMs.getAsLong(), diff, errors));
        revisions = List.copyOf(longer.subList(Math.max(0, longer.size() - REVISIONS_MAX), longer.size()));
    }

    private ReloadReport report(String revision, List<Diagnostic> diagnostics, ObjectStatuses objects) {
        return new ReloadReport(holder.current().generation(), revision, wallClockMs.getAsLong(), diagnostics, objects);
    }

    private void tell(ReloadReport latest) {
        report = latest;
        if (latest.hasErrors()) {
            LOG.log(
                    Level.WARNING,
                    "policy files have " + latest.errors() + " errors; what was in force and good stays");
            latest.diagnostics().stream()
                    .filter(Diagnostic::isError)
                    .limit(LOGGED_DIAGNOSTICS)
                    .forEach(diagnostic -> LOG.log(Level.WARNING, diagnostic.toString()));
            each(observer -> observer.faulty(latest));
        }
    }

    /// An observer that throws costs neither the reload nor the other observers.
    private void each(Consumer<ReloadObserver> event) {
        for (ReloadObserver observer : observers) {
            try {
                event.accept(observer);
            } catch (RuntimeException e) {
                LOG.log(Level.ERROR, "an observer of policy reloads failed", e);
            }
        }
    }

    private Diagnostic unreadableDirectory(IOException e) {
        return new Diagnostic(
                new Position(settings.directory().toString(), 1, 1),
                Severity.ERROR,
                "",
                "",
                "the policy directory " + Listing.reason(e),
                "");
    }
}
