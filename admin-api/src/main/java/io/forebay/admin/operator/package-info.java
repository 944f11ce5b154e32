/// Who an operator is: the bearer of the token in the data folder. Depends on nothing of ours.
@NullMarked
package io.forebay.admin.operator;

import org.jspecify.annotations.NullMarked;
