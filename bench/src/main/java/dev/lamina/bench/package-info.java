/// Benchmarks. `lamina bench …` compares side by side, interleaved, and quotes median ratios; the
/// JMH classes (`make bench`) time single operations. Nothing here is asserted in a test.
@NullMarked
package dev.lamina.bench;

import org.jspecify.annotations.NullMarked;
