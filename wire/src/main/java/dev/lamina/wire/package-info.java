/// The network between devices and an edge server: messages of tensors that survive a broken
/// connection, over gRPC with mutual TLS.
///
/// Nothing here knows what is trained or served: a message is a header of `lamina.proto` and the
/// payloads of its tensors. What the messages are, in which order they come and what survives a
/// break, is said at the top of that file.
@NullMarked
package dev.lamina.wire;

import org.jspecify.annotations.NullMarked;
