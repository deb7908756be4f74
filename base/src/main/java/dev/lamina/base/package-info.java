/// What every module needs and no library gives: errors written for people, files that appear whole
/// or not at all, and seeded randomness.
@NullMarked
package dev.lamina.base;

import org.jspecify.annotations.NullMarked;
