/// Large AI models: plain transformers, adapters and cuts as transforms over them, loading and
/// saving.
///
/// [dev.lamina.lam.Bert] is the model and knows nothing of the rest. [dev.lamina.lam.Lora] puts
/// low-rank pairs beside its frozen layers (W + (α/r) B A; [A] II-A and [B] III call them low-rank
/// matrices and LoRA modules). [dev.lamina.lam.Cut] takes it apart into [dev.lamina.lam.Segment]s:
/// embedding module, coder blocks and task module of [A] II-A.
@NullMarked
package dev.lamina.lam;

import org.jspecify.annotations.NullMarked;
