/// What stands between clients and flows: the Open Inference Protocol and OpenAI's embeddings over
/// HTTP, the same over gRPC, metrics, the web page; and nodes over the network.
@NullMarked
package dev.lamina.gateway;

import org.jspecify.annotations.NullMarked;
