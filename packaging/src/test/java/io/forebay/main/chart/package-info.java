/// The Helm chart, rendered by Helm's own library and held to the types of Kubernetes.
@NullMarked
package io.forebay.main.chart;

import org.jspecify.annotations.NullMarked;
