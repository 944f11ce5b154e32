/// What is installed, installed and used: the tarball, the container image, the Debian package.
@NullMarked
package io.forebay.main.process.dist;

import org.jspecify.annotations.NullMarked;
