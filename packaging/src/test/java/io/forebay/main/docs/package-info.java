/// Documents are held to what they speak of: files exist, lists are equal.
@NullMarked
package io.forebay.main.docs;

import org.jspecify.annotations.NullMarked;
