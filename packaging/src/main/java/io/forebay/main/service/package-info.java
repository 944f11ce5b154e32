/// What the process tells the service manager that has started it.
@NullMarked
package io.forebay.main.service;

import org.jspecify.annotations.NullMarked;
