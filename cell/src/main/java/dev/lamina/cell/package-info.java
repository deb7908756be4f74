/// Cell.
@NullMarked
package dev.lamina.cell;

import org.jspecify.annotations.NullMarked;
