package dev.lamina.serve;

import dev.lamina.serve.ServeException.Reason;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One running copy of a service.
sealed interface Replica extends AutoCloseable permits BatchingReplica, InlineReplica {
    Logger LOG = LoggerFactory.getLogger(Replica.class);

    /// What a replica has done.
    record Work(int waiting, long items, long batches, double runSeconds) {}

    /// Answers some items, or gives up when the request is over.
    ///
    /// @return an outcome for each; null if the replica is closing
    /// @throws ServeException EXHAUSTED if too many wait already
    @Nullable List<Outcome> call(List<Map<String, Value>> items, RequestContext context);

    Work done();

    /// Whether nobody waits for it now.
    boolean idle();

    /// What the service knows, between two batches.
    byte[] state();

    /// Takes no more, answers what waits, and frees the service.
    @Override
    void close();

    /// Runs a batch. One item may have spoilt it for all: then each gets its own chance.
    static List<Outcome> run(String id, Service service, List<Map<String, Value>> items) {
        ServeException error;
        try {
            List<Outcome> outcomes = service.run(items);
            if (outcomes.size() != items.size()) {
                throw new IllegalStateException(
                        outcomes.size() + " outcomes for " + items.size() + " items");
            }
            return outcomes;
        } catch (ServeException e) {
            error = e;
        } catch (RuntimeException | Error e) {
            LOG.warn("service {} failed", id, e);
            error = new ServeException(Reason.INTERNAL, "service " + id + " failed: " + e, e);
        }
        return items.size() == 1
                ? List.of(new Outcome.Failed(error))
                : items.stream().map(item -> run(id, service, List.of(item)).getFirst()).toList();
    }
}
