/// Fine-tuning across devices and an edge server ([B] III; the frame of [A] II-A).
///
/// A run is a point in a small space, and one program: how many devices there are and whether their
/// data are pooled ([dev.lamina.train.Scheme]), where the model is cut for each
/// ([dev.lamina.lam.Cut]), and what a round's end does with the adapters. The roles, device and
/// server, speak in [dev.lamina.train.Message]s through a [dev.lamina.train.Link]; who calls them,
/// a simulation or a network, they cannot tell.
///
/// | [B] | here |
/// |---|---|
/// | client u, its model W_u | device u, the lower segment of its cut |
/// | server's model W° − W_u | the middle segment, on weights that all devices share |
/// | R_u^c, R_u^s, client's and server's adapters | the adapter sets of device and server, each with its optimiser |
/// | v_u, activations | `Message.Activation` |
/// | federated adapter R^f | `Message.RoundStart` |
/// | the server takes one client after another, those with a long backward pass first | [dev.lamina.train.Server], [dev.lamina.edge.ServerOrder.LongestTail] |
/// | split point from the device's computing and memory | [dev.lamina.train.Deployment] |
/// | baselines SL, SFL | [dev.lamina.train.Scheme#SEQUENTIAL], [dev.lamina.train.Scheme#PARALLEL] |
///
/// What machines would take is worked out by [dev.lamina.train.SimulatedTime] from the steps as
/// they were taken, and by [dev.lamina.train.RoundEstimate] before anything is; what memory they
/// need by [dev.lamina.train.MemoryModel]. How a step is carried out ([dev.lamina.train.Execution])
/// does not change what is learnt.
@NullMarked
package dev.lamina.train;

import org.jspecify.annotations.NullMarked;
