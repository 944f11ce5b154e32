package io.forebay.policy;

/// Proof that authorization said yes; made ahead for each rule, so that granting one creates nothing.
///
/// @param rule name of the rule that allowed, or `default`
public record Permit(String rule) implements AccessDecision {

    /// Where no rule stands in the way.
    public static final Permit BY_DEFAULT = new Permit("default");
}
