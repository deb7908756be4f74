/// Large AI models: plain transformers, adapters and cuts as transforms over them, loading and
/// saving.
@NullMarked
package dev.lamina.lam;

import org.jspecify.annotations.NullMarked;
