/// Channel prediction (paper [A], IV-A and V): from the noisy channels of a few past steps those of
/// the next ones. Every [Predictor] is scale-equivariant: it sees one track at a time, and nothing
/// but its history.
///
/// | symbol | here |
/// |---|---|
/// | h[t, k, a] | a track [time, subcarrier, antenna, 2], see `radio.Csi` |
/// | NMSE | Σ abs(ĥ - h)² / Σ abs(h)², linear, the mean over tracks: `Nmse` |
@NullMarked
package dev.lamina.air;

import org.jspecify.annotations.NullMarked;
