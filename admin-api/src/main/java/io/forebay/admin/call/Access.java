package io.forebay.admin.call;

/// Who may call an operation.
public enum Access {
    /// Anyone who reaches the port.
    OPEN,
    /// The bearer of the admin token.
    OPERATOR
}
