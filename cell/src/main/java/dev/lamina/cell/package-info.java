/// A wireless cell and its online resource allocation, paper [A], section II-A: which devices take
/// part in a round and with which share of the band, so that the long-term mean delay keeps to a
/// budget. Pure functions: no input or output, and randomness only from a seed.
///
/// The paper names the problem (device scheduling and bandwidth allocation under a mean delay, by
/// Lyapunov's drift plus penalty); **all formulas here are derived** by us, except for the 3GPP
/// path loss. [Cell] gives channels, [Candidate] rates and delays, [RoundState] one round's
/// problem, an [AllocationPolicy] its solution, [Allocator] the queues between rounds. `online`
/// minimises V w / N + Q T + Σ a Z E: for a deadline τ each device has a least share (`Instance`),
/// the set of most samples that fits is a knapsack (`Knapsack`; `PricedChoice` where energy has a
/// price), and `DeadlineSearch` branches over τ. It reports a lower bound of the objective: exact
/// for up to 24 devices, within 0.1 % as a rule for more.
///
/// With prices on energy, a scheduled device still gets the least share that meets the common
/// deadline: a restriction of the joint problem, in which one that sends at a high price might be
/// given more.
///
/// | symbol | here |
/// |---|---|
/// | B_up, B_dn | [Band] `uplinkHertz`, `downlinkHertz` |
/// | P, g, N0 | [CellSpec] `deviceTransmitWatts`, [Cell#gain], [CellSpec#noiseWattsPerHertz()] |
/// | Γ = P g / (gap N0) | [Candidate] `uplinkSnrHertz` |
/// | x_k, with R_up(x), R_dn(x) | [Allocation#share], [Candidate#uplinkBitsPerSecond], [Candidate#downlinkBitsPerSecond] |
/// | n_k, N(t) | [Candidate] `samples`, [Allocation#samples()] |
/// | T(t), T_avg | [Allocation#predictedSeconds()], [RoundState] `budgetSeconds` |
/// | w_t, ρ | [Importance] |
/// | V, Q(t) | [RoundState] `penaltyWeight`, `queueSeconds`; [DelayQueue] |
/// | a, Z_k, E_k | [EnergyBudget] `weight`, [QueueState] `energyQueues`, [Candidate#joules] |
/// | λ* | [Clairvoyant] `multiplier` |
@NullMarked
package dev.lamina.cell;

import org.jspecify.annotations.NullMarked;
