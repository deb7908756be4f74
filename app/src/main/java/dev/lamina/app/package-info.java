/// The command line.
@NullMarked
package dev.lamina.app;

import org.jspecify.annotations.NullMarked;
