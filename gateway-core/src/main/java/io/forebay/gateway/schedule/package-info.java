/// Schedules: jobs that come to be by themselves, each run once, also across restarts.
@NullMarked
package io.forebay.gateway.schedule;

import org.jspecify.annotations.NullMarked;
