package dev.lamina.radio;

import dev.lamina.base.Seeds;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/// The draws of clusters as fields over the ground, so that users near one another see nearly the
/// same clusters (derived; the TR's procedure is 7.6.3.1). Ray by ray draws stay independent.
final class ClusterFields {
    private final List<GaussianField> fields = new ArrayList<>();

    ClusterFields(ScenarioTable table, int clusters, long seed) {
        Coherence coherence = Coherence.single(table.clusterCorrelationMetres());
        for (int i = 0; i < clusters * Clusters.DRAWS; i++) {
            fields.add(
                    new GaussianField(
                            coherence, Seeds.stream(seed, "cluster field", table.state(), i)));
        }
    }

    /// The draws at a place, always in the same order.
    Draws at(Place user) {
        Iterator<GaussianField> next = fields.iterator();
        return new Draws() {
            @Override
            public double normal() {
                return next.next().at(user.x(), user.y())[0];
            }

            @Override
            public double uniform() {
                return Math.clamp(
                        Normal.distribution(normal()), Double.MIN_NORMAL, Math.nextDown(1.0));
            }
        };
    }
}
