/// `forebay doctor`: whether this host and these files are fit for a gateway. One class a check, each a function of a
/// view
/// of the host, so that a test can show it both ways.
@NullMarked
package io.forebay.main.doctor;

import org.jspecify.annotations.NullMarked;
