/// Devices, links and servers as profiles, and simulated time over them: how long a step of split
/// fine-tuning takes under each scheme, and in which order the server had best serve the devices.
/// Pure functions: no input or output, and randomness only from a seed.
///
/// A step of device u is a job of three parts ([Job]): a head before the server can begin (device
/// forward pass and upload), its time on the server, and a tail (download and device backward
/// pass). [StepCost] makes jobs of profiles, [Schedule] serves them one at a time in a
/// [ServerOrder] (paper [B]'s memory-efficient split federated learning, the scheme `shared`), and
/// [StepTimes] has what it is compared with. The papers give no latency formulas that were at hand:
/// **the whole model is derived** by us, and only the rule "the longest backward pass first" is
/// [B]'s. With unequal heads, finding the best order is the problem 1 | r_j, q_j | C_max, NP-hard
/// in general.
///
/// | symbol | here |
/// |---|---|
/// | b, s, h, i, L | [StepCost] `batch`, `sequenceLength`, `hidden`, `intermediate`, `blocks` |
/// | β, t_switch | [StepCost] `bytesPerElement`, `switchSeconds` |
/// | F, A | [StepCost#blockForwardFlops()], [StepCost#cutBytes()] |
/// | n_u | `deviceBlocks` in [StepCost#job] |
/// | C_u, C_s (effective: nominal × utilisation) | `effectiveFlopsPerSecond` of [DeviceProfile], [ServerProfile] |
/// | R_up, R_dn | [LinkProfile] `uplink`, `downlink` |
/// | r_u, p_u, q_u | [Job] `headSeconds`, `serverSeconds`, `tailSeconds` |
/// | S_u | [Schedule.Slot] `startSeconds` |
@NullMarked
package dev.lamina.edge;

import org.jspecify.annotations.NullMarked;
