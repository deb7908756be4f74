/// Devices, links and servers as profiles, and simulated time over them.
@NullMarked
package dev.lamina.edge;

import org.jspecify.annotations.NullMarked;
