package dev.lamina.air;

import dev.lamina.nn.FloatTensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Edge servers in this process, which take turns with one model.
///
/// @param <E> the model's examples
final class LocalServers<E> implements EdgeServers {
    private final List<EdgeServer<E>> servers = new ArrayList<>();
    private int stepsDone;

    LocalServers(
            TrainedPredictor<E> model,
            List<Examples<E>> examples,
            TrainingConfig training,
            Federation.Config config) {
        for (int i = 0; i < examples.size(); i++) {
            servers.add(
                    new EdgeServer<>(model, examples.get(i), training, config, i, examples.size()));
        }
    }

    @Override
    public int count() {
        return servers.size();
    }

    @Override
    public @Nullable SortedMap<Integer, EdgeServer.Update> round(
            int round,
            SequencedMap<String, FloatTensor> global,
            List<Integer> turn,
            Federation.Listener listener) {
        TrainingListener steps =
                new TrainingListener() {
                    @Override
                    public void stepped(int step, int all, double loss) {
                        listener.stepped(++stepsDone);
                    }

                    @Override
                    public boolean stopRequested() {
                        return listener.stopRequested();
                    }
                };
        SortedMap<Integer, EdgeServer.Update> updates = new TreeMap<>();
        for (int server : turn) {
            EdgeServer.Update update = servers.get(server).round(global, steps);
            if (update == null) {
                return null;
            }
            updates.put(server, update);
        }
        return updates;
    }

    @Override
    public long steps() {
        return servers.stream().mapToLong(EdgeServer::steps).sum();
    }

    @Override
    public List<SequencedMap<String, FloatTensor>> kept() {
        return servers.stream().map(EdgeServer::kept).toList();
    }

    /// Of those who have taken part: `own.0.output.weight` is of server 0.
    @Override
    public SequencedMap<String, FloatTensor> state() {
        SequencedMap<String, FloatTensor> state = new LinkedHashMap<>();
        for (int i = 0; i < servers.size(); i++) {
            if (servers.get(i).epochs() > 0) {
                int server = i;
                servers.get(i)
                        .state()
                        .forEach((name, tensor) -> state.put(numbered(name, server), tensor));
            }
        }
        return state;
    }

    @Override
    public void restore(Map<String, FloatTensor> state) {
        for (int i = 0; i < servers.size(); i++) {
            Map<String, FloatTensor> own = new LinkedHashMap<>();
            for (String kind : List.of("epochs", "own", "trainer")) {
                EdgeServer.part(state, kind + "." + i)
                        .forEach((rest, tensor) -> {
                            if (rest.isEmpty() || rest.startsWith(".")) {
                                own.put(kind + rest, tensor);
                            }
                        });
            }
            if (own.containsKey("epochs")) {
                servers.get(i).restore(own);
            }
        }
    }

    private static String numbered(String name, int server) {
        int dot = name.indexOf('.');
        return dot < 0
                ? name + "." + server
                : name.substring(0, dot) + "." + server + name.substring(dot);
    }
}
