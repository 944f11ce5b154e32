/// One class per noun, each listing the operations on it; [io.forebay.admin.resource.AdminApi] is the whole list. May
/// depend on `admin`, `admin.audit`, `admin.insight` and `admin.call`.
@NullMarked
package io.forebay.admin.resource;

import org.jspecify.annotations.NullMarked;
