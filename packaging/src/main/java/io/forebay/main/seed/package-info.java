/// `forebay seed`: what a volume in the manner of cloud-init's NoCloud says of an appliance, read and applied at
/// its first boot (docs/appliance.md). A seed is applied whole or not at all, and what is not understood in it is an
/// error.
@NullMarked
package io.forebay.main.seed;

import org.jspecify.annotations.NullMarked;
