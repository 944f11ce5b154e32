/// What is made for those who begin: certificates of an own authority, and folders written whole.
@NullMarked
package io.forebay.main.material;

import org.jspecify.annotations.NullMarked;
