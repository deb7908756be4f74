package dev.lamina.bench;

import dev.lamina.cell.Allocation;
import dev.lamina.cell.AllocationPolicy;
import dev.lamina.cell.Cell;
import dev.lamina.cell.CellSpec;
import dev.lamina.cell.DeviceLoad;
import dev.lamina.cell.RoundState;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// Time of one decision of the online policy: who takes part in a round, with which share of the
/// band. Each call decides another of sixteen rounds.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class AllocationBenchmark {
    private static final int ROUNDS = 16;

    /// Devices in the cell.
    @Param({"100", "1000", "10000"})
    public int devices = 100;

    /// Whether all have as many samples.
    @Param({"true", "false"})
    public boolean equal = true;

    private final AllocationPolicy policy = AllocationPolicy.parse("online", 1);
    private final List<RoundState> states = new ArrayList<>();
    private int next;

    /// Places the cell and draws its channels. The queue is such that some dozens are scheduled.
    @org.openjdk.jmh.annotations.Setup
    public void setUp() {
        Cell cell = Cell.place(CellSpec.DEFAULT, devices, 1);
        List<DeviceLoad> loads = new ArrayList<>();
        for (int k = 0; k < devices; k++) {
            loads.add(
                    new DeviceLoad(equal ? 16 : 8 + k * 7 % 25, 0.2 + 0.05 * (k % 4), 1e6, 1e6, 1));
        }
        for (int t = 0; t < ROUNDS; t++) {
            states.add(
                    new RoundState(
                            t,
                            1,
                            1e-3,
                            1,
                            1,
                            List.of(),
                            cell.spec().band(),
                            cell.candidates(t, loads)));
        }
    }

    /// One round.
    @Benchmark
    public Allocation online() {
        next = (next + 1) % ROUNDS;
        return policy.allocate(states.get(next));
    }
}
