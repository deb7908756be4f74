/// Fine-tuning across devices and an edge server.
@NullMarked
package dev.lamina.train;

import org.jspecify.annotations.NullMarked;
