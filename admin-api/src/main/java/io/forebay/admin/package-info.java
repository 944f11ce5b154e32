/// What the operators' interface needs of the rest of the product: narrow ports, one per noun, with plain records. The
/// composition root implements them over the gateway, the policy and the store. Every port is called on a virtual
/// thread, may block, and is given up by [io.forebay.admin.Deadline] when it takes too long. Depends on nothing
/// of ours.
@NullMarked
package io.forebay.admin;

import org.jspecify.annotations.NullMarked;
