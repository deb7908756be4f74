/// Labelled text: readers for text files, the WordNet data set, splits, partitions over devices.
@NullMarked
package dev.lamina.data;

import org.jspecify.annotations.NullMarked;
