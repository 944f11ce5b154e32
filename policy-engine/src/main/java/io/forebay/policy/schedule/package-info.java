/// When jobs come to be by themselves: cron expressions, and what a Schedule submits.
@NullMarked
package io.forebay.policy.schedule;

import org.jspecify.annotations.NullMarked;
