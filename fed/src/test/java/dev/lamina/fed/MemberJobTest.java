package dev.lamina.fed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lamina.air.EdgeServer;
import dev.lamina.air.EdgeServers;
import dev.lamina.air.Federation;
import dev.lamina.air.TrainedPredictor;
import dev.lamina.air.TrainingListener;
import dev.lamina.nn.FloatTensor;
import dev.lamina.wire.Packet;
import dev.lamina.wire.ProtocolException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A federation whose servers are given messages and give messages, without lines between them.
class MemberJobTest {
    @TempDir Path folder;

    private MemberJob<?> job(Setup setup, int server, Map<String, FloatTensor> initial) {
        return job(setup, setup.settings().model().fresh(0), server, initial);
    }

    private <E> MemberJob<E> job(
            Setup setup, TrainedPredictor<E> model, int server, Map<String, FloatTensor> initial) {
        Assignment assignment =
                new Assignment(
                        "0123456789abcdef", server, Setup.NAMES.size(), 0, 12, setup.settings());
        Packet packet =
                FederationFormat.assignment(assignment, setup.settings().layers().kept(initial));
        return new MemberJob<>(
                FederationFormat.assignment(packet.message().getFederationAssignment(), 1),
                model,
                setup.examples(model, server),
                packet,
                new MemberState(folder.resolve("state-" + server)),
                _ -> {});
    }

    private static SequencedMap<String, FloatTensor> initial(Setup setup) {
        try (TrainedPredictor<?> model = setup.settings().model().fresh(1)) {
            return model.parameters().snapshot();
        }
    }

    /// Servers that only see messages; before each round `between` may replace or disturb them.
    private final class Messages implements EdgeServers {
        private final Setup setup;
        private final SequencedMap<String, FloatTensor> initial;
        private final TensorSet shared;
        private final List<MemberJob<?>> jobs = new ArrayList<>();
        private final int[] passes = new int[Setup.NAMES.size()];
        private final boolean faults;

        Messages(Setup setup, boolean faults) {
            this.setup = setup;
            this.faults = faults;
            initial = initial(setup);
            shared = new TensorSet(setup.settings().layers().shared(initial));
            for (int i = 0; i < Setup.NAMES.size(); i++) {
                jobs.add(job(setup, i, initial));
            }
        }

        @Override
        public int count() {
            return jobs.size();
        }

        @Override
        public SortedMap<Integer, EdgeServer.Update> round(
                int round,
                SequencedMap<String, FloatTensor> global,
                List<Integer> turn,
                Federation.Listener listener) {
            SortedMap<Integer, EdgeServer.Update> updates = new TreeMap<>();
            for (int server : turn) {
                Packet start =
                        FederationFormat.roundStart(
                                round,
                                passes[server],
                                setup.settings().federation().localEpochs(),
                                TensorSet.encode(setup.settings().layers().shared(global)));
                if (faults) {
                    disturb(server, start);
                }
                Packet update =
                        Objects.requireNonNull(
                                jobs.get(server).round(start, TrainingListener.NONE));
                updates.put(
                        server,
                        FederationFormat.update(
                                update, shared, setup.settings().federation().globalLoss()));
                passes[server] += setup.settings().federation().localEpochs();
            }
            return updates;
        }

        /// The server is cut off in the round's second step; or it reports and is not counted; or
        /// it is killed after that and started again.
        private void disturb(int server, Packet start) {
            assertThat(jobs.get(server).round(start, new After(1))).isNull();
            assertThat(jobs.get(server).round(start, TrainingListener.NONE)).isNotNull();
            if (server == 1) {
                jobs.set(server, job(setup, server, initial));
            }
        }

        @Override
        public long steps() {
            return 0;
        }

        @Override
        public List<SequencedMap<String, FloatTensor>> kept() {
            return List.of();
        }

        @Override
        public SequencedMap<String, FloatTensor> state() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void restore(Map<String, FloatTensor> state) {
            throw new UnsupportedOperationException();
        }

        void close() {
            jobs.forEach(MemberJob::close);
        }
    }

    /// Asks to stop after so many steps.
    private static final class After implements TrainingListener {
        private int left;

        After(int steps) {
            left = steps;
        }

        @Override
        public void stepped(int step, int steps, double loss) {
            left--;
        }

        @Override
        public boolean stopRequested() {
            return left <= 0;
        }
    }

    private static <E> Setup.Outcome run(Setup setup, TrainedPredictor<E> model, Messages servers) {
        try (model) {
            List<Federation.RoundReport> reports =
                    new Federation<>(
                                    model,
                                    servers,
                                    setup.heldOut(model),
                                    setup.settings().training().seed(),
                                    setup.settings().federation())
                            .run(Federation.Listener.NONE);
            return new Setup.Outcome(model.parameters().snapshot(), reports);
        } finally {
            servers.close();
        }
    }

    /// Distributed equals local, to the last bit: parameters, losses and errors.
    @Test
    void messagesComeToTheSameAsOneProcess() {
        for (Setup setup : List.of(Setup.plain(3), Setup.varied(4))) {
            Setup.Outcome expected = setup.local();
            assertThat(expected.reports().getFirst().localLoss())
                    .isNotEqualTo(expected.reports().getLast().localLoss());
            assertThat(run(setup, setup.settings().model().fresh(1), new Messages(setup, false)))
                    .isEqualTo(expected);
        }
    }

    /// A round that is given up, not counted or repeated by a process that was killed leaves no
    /// trace.
    @Test
    void aRoundIsATransaction() {
        for (Setup setup : List.of(Setup.plain(3), Setup.varied(4))) {
            assertThat(run(setup, setup.settings().model().fresh(1), new Messages(setup, true)))
                    .isEqualTo(setup.local());
        }
    }

    /// Without its state a server goes on all the same.
    @Test
    void goesOnWithoutItsState() {
        Setup setup = Setup.plain(3);
        SequencedMap<String, FloatTensor> initial = initial(setup);
        try (MemberJob<?> job = job(setup, 0, initial)) {
            Packet start = FederationFormat.roundStart(2, 2, 1, TensorSet.encode(initial));
            assertThat(job.round(start, TrainingListener.NONE)).isNotNull();
        }
    }

    @Test
    void refusesStartsThatDoNotFit() {
        Setup setup = Setup.plain(3);
        SequencedMap<String, FloatTensor> initial = initial(setup);
        SequencedMap<String, FloatTensor> fewer = initial(setup);
        fewer.pollFirstEntry();
        SequencedMap<String, FloatTensor> more = initial(setup);
        more.put("x", FloatTensor.zeros(1));
        SequencedMap<String, FloatTensor> other = initial(setup);
        other.replaceAll((_, tensor) -> FloatTensor.zeros(tensor.size(), 1, 1));
        SequencedMap<String, FloatTensor> broken = initial(setup);
        broken.lastEntry().getValue().values()[0] = Float.NaN;
        try (MemberJob<?> job = job(setup, 0, initial)) {
            refuses(
                    job,
                    FederationFormat.roundStart(3, 0, 1, TensorSet.encode(initial)),
                    "round 3");
            refuses(
                    job,
                    FederationFormat.roundStart(0, 0, 9, TensorSet.encode(initial)),
                    "9 passes");
            refuses(job, FederationFormat.roundStart(0, -1, 1, TensorSet.encode(initial)), "-1");
            refuses(
                    job,
                    FederationFormat.roundStart(0, 0, 1, TensorSet.encode(fewer)),
                    "no tensor");
            refuses(job, FederationFormat.roundStart(0, 0, 1, TensorSet.encode(more)), "tensors");
            refuses(job, FederationFormat.roundStart(0, 0, 1, TensorSet.encode(other)), "of shape");
            refuses(job, FederationFormat.roundStart(0, 0, 1, TensorSet.encode(broken)), "NaN");
        }
    }

    private static void refuses(MemberJob<?> job, Packet start, @Nullable String why) {
        assertThatThrownBy(() -> job.round(start, TrainingListener.NONE))
                .isInstanceOf(ProtocolException.class)
                .hasMessageContaining(why);
    }
}
