/// What the tests of parsers share; no part of the program.
@NullMarked
package dev.lamina.fuzz;

import org.jspecify.annotations.NullMarked;
