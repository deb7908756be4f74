/// Benchmarks. `lamina bench …` compares side by side, interleaved, and quotes median ratios; the
/// JMH classes (`make bench`) time single operations. [dev.lamina.bench.SflExperiment] is paper
/// [B]'s experiment (`lamina reproduce sfl`): every scheme on the same devices, seeds and data, the
/// server of each measured in a process of its own ([dev.lamina.bench.ServerMemory]).
/// [dev.lamina.bench.PredictionBench] compares channel predictors (`lamina predict bench`).
/// [dev.lamina.bench.Fig4Experiment] is paper [A]'s case study of federated channel prediction
/// (`lamina reproduce fig4`). No time is asserted in a test.
@NullMarked
package dev.lamina.bench;

import org.jspecify.annotations.NullMarked;
