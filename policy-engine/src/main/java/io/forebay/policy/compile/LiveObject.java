package io.forebay.policy.compile;

import io.forebay.policy.document.Document;
import io.forebay.policy.document.ObjectKey;

/// One object in force: its document and what was loaded for it.
record LiveObject(Document document, Material material) {

    ObjectKey key() {
        return document.key();
    }

    /// Whether the gateway would act the same on both.
    boolean meansTheSameAs(LiveObject other) {
        return document.header().saysTheSameAs(other.document.header()) && material.equals(other.material);
    }
}
