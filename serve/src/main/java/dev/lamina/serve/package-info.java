/// Inference as shared microservices ([A] III-A, [B] IV): modules of models are services, tasks are
/// flows (DAGs) over them, and what several tasks need is loaded once. A [dev.lamina.serve.Service]
/// computes; a node hosts replicas of services under a memory budget, and batches; a router takes
/// requests through flows and to replicas, again to another one when a node is lost.
@NullMarked
package dev.lamina.serve;

import org.jspecify.annotations.NullMarked;
