/// The record of who changed what: the intent is kept before a change is made, the outcome after. May depend on
/// `admin`.
@NullMarked
package io.forebay.admin.audit;

import org.jspecify.annotations.NullMarked;
