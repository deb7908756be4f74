package dev.lamina.bench;

import dev.lamina.radio.AntennaElement;
import dev.lamina.radio.ChannelGenerator;
import dev.lamina.radio.ChannelSpec;
import dev.lamina.radio.ChannelSpec.Grid;
import dev.lamina.radio.ChannelSpec.Movement;
import dev.lamina.radio.ChannelSpec.Station;
import dev.lamina.radio.Csi;
import dev.lamina.radio.Motion;
import dev.lamina.radio.Orientation;
import dev.lamina.radio.Panel;
import dev.lamina.radio.Presets;
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

/// Tracks that the channel generator makes in a second on one thread, in LLM4CP's setting (20
/// clusters of 20 rays) with other numbers of ports, steps and subcarriers. QuaDRiGa makes 5 to 6
/// of 32 ports, 20 steps and 96 subcarriers.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class ChannelsBenchmark {
    private static final int TRACKS = 1_000;

    /// Ports, steps and subcarriers of a track.
    @Param({"32x20x96", "2x20x96", "128x20x96", "32x1x96", "32x100x96", "32x20x1", "32x20x768"})
    public String shape = "32x20x96";

    /// How rays change while the user moves.
    @Param({"CONSTANT_RAYS", "DRIFTING"})
    public Motion motion = Motion.CONSTANT_RAYS;

    private final Csi[] csi = new Csi[1];
    private int track;

    /// Makes the generator.
    @org.openjdk.jmh.annotations.Setup
    public void setUp() {
        String[] sizes = shape.split("x", -1);
        int ports = Integer.parseInt(sizes[0]);
        ChannelSpec paper = Presets.llm4cp(List.of(50.0), TRACKS, 1);
        int columns = (int) Math.sqrt(ports / 2.0);
        Panel panel =
                Panel.of(AntennaElement.DIRECTIONAL, ports / 2 / columns, columns, Panel.UPRIGHT);
        csi[0] =
                new ChannelGenerator(
                        new ChannelSpec(
                                paper.environment(),
                                new Station(30, panel, Orientation.FORWARD),
                                paper.user(),
                                new Movement(paper.movement().speeds(), motion, List.of()),
                                paper.carrierHertz(),
                                new Grid(
                                        Integer.parseInt(sizes[1]),
                                        0.5e-3,
                                        Integer.parseInt(sizes[2]),
                                        180e3),
                                TRACKS,
                                1));
    }

    /// One track.
    @Benchmark
    public float[] generate() {
        track = (track + 1) % TRACKS;
        return csi[0].track(track);
    }
}
