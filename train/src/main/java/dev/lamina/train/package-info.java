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
/// | federated adapter R^f | `Message.GlobalAdapter` |
@NullMarked
package dev.lamina.train;

import org.jspecify.annotations.NullMarked;
