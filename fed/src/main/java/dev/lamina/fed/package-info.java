/// Federated training of channel predictors over a network ([A] IV-A, V): who leads the rounds and
/// the edge servers are processes of their own, and only trained tensors pass between them.
///
/// What is computed is `air`'s: [dev.lamina.air.Federation] leads, an [dev.lamina.air.EdgeServer]
/// trains, and neither knows where the other is. [RemoteServers] stands for servers at the other
/// end of a line, a [Member] is that other end; lines are `wire`'s, and their messages those of
/// `lamina.proto`. With the same tracks, seeds and settings the trained parameters are those of a
/// federation in one process, to the last bit.
@NullMarked
package dev.lamina.fed;

import org.jspecify.annotations.NullMarked;
