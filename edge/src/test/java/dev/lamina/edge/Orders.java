package dev.lamina.edge;

import java.util.List;

/// One of each kind, for tests.
final class Orders {
    static final List<ServerOrder> ALL =
            List.of(
                    new ServerOrder.Fifo(),
                    new ServerOrder.LongestTail(),
                    new ServerOrder.StrictLongestTail(),
                    new ServerOrder.ShortestFirst(),
                    new ServerOrder.Random(3),
                    new ServerOrder.Optimal());

    private Orders() {}
}
