/// Radio channels after 3GPP TR 38.901 (urban macro and micro cells): path loss, large-scale
/// parameters, clusters and rays, antenna arrays, moving users. Pure functions: no input or output,
/// and randomness only from a seed.
///
/// The large scale: [PathLosses] and [Penetration] are closed formulas. [ScenarioTable] is one
/// column of the TR's tables. [LargeScaleFields] draws parameters that are correlated with each
/// other and over the ground; [StateField] draws who is in line of sight. [Calibration] repeats
/// 3GPP's calibration, to be compared with its published curves. [LinkRates] makes rates of signal
/// to noise ratios.
///
/// The small scale: [ChannelSpec] says what a run needs ([Presets] has those of published data),
/// and [ChannelGenerator] makes its tracks. A track's `Journey` says how the user moves,
/// `CellLinks` how user and station are joined, `Clusters`, `ClusterAngles` and `ClusterRays` draw
/// the waves between them (`ProfileRays` for fixed profiles), and `ChannelKernel` sums them.
/// [Noise] stays apart.
///
/// Derived by us, not the TR's: how rays drift (`RayDrift`), cluster draws as fields
/// (`ClusterFields`), the fields as sums of plane waves (`GaussianField`), and how waves of each
/// length share the cross-correlations so that all parameters keep distances of their own
/// (`Coherence`).
///
/// | TR 38.901 | here |
/// |---|---|
/// | d_2D, d_2D-in, d_3D | `groundMetres`, `indoorMetres`, [Place#metres] |
/// | h_BS, h_UT, h_E | `stationMetres`, `userMetres`, `environmentMetres` |
/// | f_c | `carrierHertz`; clipped in tables only, [ScenarioTable#of] |
/// | Pr_LOS (7.4.2) | [PathLosses#lineOfSightProbability] |
/// | PL (7.4.1), σ_SF | [PathLosses#decibels], [PathLosses#shadowingDecibels] |
/// | PL_tw, PL_in, σ_P (7.4.3) | [Penetration#decibels], [Penetration#deviationDecibels] |
/// | LOS, NLOS, O2I | [LinkState] |
/// | DS, ASD, ASA, ZSD, ZSA, SF, K | [LargeScale]; on the table's scales [LargeScaleParameter] |
/// | μ, σ, correlation distance, cross-correlation | [ScenarioTable] `mean`, `deviation`, `correlationMetres`, `crossCorrelation` |
/// | N, M, r_τ, ζ, c_DS, c_ASD, c_ASA, c_ZSA, μ_XPR, μ_offset,ZOD | [ClusterStatistics] |
/// | θ, φ; α, β, γ; ψ (7.1) | `zenith`, `azimuth`; [Orientation]; `OrientedPanel#respond` |
/// | F_θ, F_φ; ζ (7.3) | `zenithField`, `azimuthField`; [Panel#slantsDegrees] |
/// | τ_n, P_n, C_τ, C_φ, C_θ, α_m, κ, Φ (7.5) | `Clusters`, `ClusterAngles`, `RayOffsets`, `Rays` |
/// | H_u,s,n(t) (7.5-22, 7.5-28) | `PortPairs`, `Doppler`, `ChannelKernel` |
/// | CDL, TDL (7.7) | [ClusterProfile], [TapProfile] |
/// | coupling loss, geometry (7.8) | [CalibrationResult] `couplingGainDecibels`, `geometryDecibels` |
@NullMarked
package dev.lamina.radio;

import org.jspecify.annotations.NullMarked;
