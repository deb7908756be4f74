/// What the tensor engine (DJL on libtorch) lacks: backward from a given upstream gradient, AdamW
/// whose state can be stored and switched, schedules, safetensors and ONNX files, codecs for
/// tensors in transit.
@NullMarked
package dev.lamina.nn;

import org.jspecify.annotations.NullMarked;
