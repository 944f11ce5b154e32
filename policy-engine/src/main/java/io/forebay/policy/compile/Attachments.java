package io.forebay.policy.compile;

import io.forebay.policy.compile.Material.Parent;
import io.forebay.policy.document.ObjectKey;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Which policy of one kind is attached where. The more specific place wins: a named rule before its route, the route
/// before a listener, the listener before its Gateway. Two policies at the same place are a conflict, which the first
/// in order wins.
final class Attachments {

    /// A place to attach to.
    ///
    /// @param section name of a rule or listener; null for the whole object
    record Target(ObjectKey object, @Nullable String section) {}

    /// What is attached.
    sealed interface Attached {
        ObjectKey policy();

        record Good(LiveObject object) implements Attached {
            @Override
            public ObjectKey policy() {
                return object.key();
            }
        }

        /// A policy that must be obeyed and cannot be read: everything under it fails closed.
        record Broken(ObjectKey policy, String reason) implements Attached {}
    }

    private final Map<Target, Attached> byTarget = new HashMap<>();

    @Nullable
    Attached at(Target target) {
        return byTarget.get(target);
    }

    void attach(Target target, Attached attached) {
        byTarget.putIfAbsent(target, attached);
    }

    /// What holds for a rule by itself, or null.
    @Nullable
    Attached ofRule(ObjectKey route, @Nullable String rule) {
        Attached ofRule = rule == null ? null : at(new Target(route, rule));
        return ofRule == null ? at(new Target(route, null)) : ofRule;
    }

    /// What holds for a rule where a listener serves it: its own or its route's, else the listener's or its Gateway's.
    @Nullable
    Attached ofRuleAt(ObjectKey route, @Nullable String rule, Parent parent) {
        Attached own = ofRule(route, rule);
        return own == null ? ofListener(parent.gateway(), parent.listener()) : own;
    }

    /// What holds for all routes of a listener, or null.
    @Nullable
    Attached ofListener(ObjectKey gateway, String listener) {
        Attached ofListener = at(new Target(gateway, listener));
        return ofListener == null ? at(new Target(gateway, null)) : ofListener;
    }
}
