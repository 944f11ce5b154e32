/// What a shell and a reader of manuals want of the command line: completion for bash and zsh, and man pages, made of
/// the
/// commands' own model.
@NullMarked
package io.forebay.main.shell;

import org.jspecify.annotations.NullMarked;
