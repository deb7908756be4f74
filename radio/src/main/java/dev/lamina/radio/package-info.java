/// Radio channels after 3GPP TR 38.901 (urban macro and micro cells): path loss, large-scale
/// parameters, clusters and rays, antenna arrays, moving users. Pure functions: no input or output,
/// and randomness only from a seed.
@NullMarked
package dev.lamina.radio;

import org.jspecify.annotations.NullMarked;
