/// What the process tells of itself is what documents, rules and dashboards say that it tells: they are held to the
/// live scrape, and put through Prometheus' own tool.
@NullMarked
package io.forebay.main.observability;

import org.jspecify.annotations.NullMarked;
