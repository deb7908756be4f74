package dev.lamina.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lamina.app.CommandLineFixture.Outcome;
import dev.lamina.csi.CsiFiles;
import dev.lamina.radio.ChannelSpec;
import dev.lamina.radio.Csi;
import dev.lamina.radio.CsiShape;
import dev.lamina.radio.Environment;
import dev.lamina.radio.TapProfile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChannelsCommandTest {
    private static final Path RECIPES = Path.of("..", "recipes");

    @TempDir Path folder;

    private Outcome run(String command, Object... more) {
        Stream<Object> words =
                Stream.concat(Stream.of((Object[]) command.split(" ")), Stream.of(more));
        return new CommandLineFixture(folder.resolve("runs")).run(words.toArray());
    }

    private Outcome generate(String flags, Path to, Object... more) {
        Object[] all = Stream.concat(Stream.of("--to", to), Stream.of(more)).toArray();
        return run(
                "channels generate --steps 3 --subcarriers 8 --array 2x2x2 --tracks 9 " + flags,
                all);
    }

    @ParameterizedTest
    @ValueSource(strings = {"c.npy", "c.npz", "c.safetensors", "c.h5", "c.mat"})
    void everyFormatHoldsTheSame(String name) throws IOException {
        Path to = folder.resolve(name);
        Outcome outcome = generate("--scenario umi --threads 3", to);
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertThat(outcome.out()).contains("tracks/s", "mean path gain", "[9, 3, 8, 8]");
        Csi csi = CsiFiles.read(to);
        assertThat(csi.tracks()).isEqualTo(9);
        assertThat(csi.shape()).isEqualTo(new CsiShape(3, 8, 8));
        if (!name.equals("c.npy")) {
            assertThat(csi.labels()).containsKeys("speed_kmh", "distance_m", "path_gain_db");
        }
        Path other = folder.resolve("other.npz");
        assertThat(generate("--scenario umi --threads 1", other, "--quiet").out()).isEmpty();
        Csi same = CsiFiles.read(other);
        for (int i = 0; i < 9; i++) {
            assertThat(csi.track(i)).as("track %d", i).isEqualTo(same.track(i));
        }
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.filter(Files::isRegularFile)).hasSize(2);
        }
    }

    @Test
    void theSameBytesWhateverTheThreads() {
        Path one = folder.resolve("one.npz");
        Path four = folder.resolve("four.npz");
        assertThat(generate("--snr 5..20 --threads 1", one).exitCode()).isZero();
        assertThat(generate("--snr 5..20 --threads 4", four).exitCode()).isZero();
        assertThat(four).hasSameBinaryContentAs(one);
        assertThat(CsiFiles.read(one).labels().get("snr_db"))
                .hasSize(9)
                .satisfies(ratios ->
                        assertThat(Arrays.stream(ratios)).allMatch(r -> r >= 5 && r <= 20));
    }

    @Test
    void jsonSaysWhatWasMade() {
        Outcome outcome =
                generate(
                        "--profile cdl-c --delay-spread 300ns --carrier 28 --speed 10,20,30 --json -",
                        folder.resolve("c.npz"));
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        Map<String, Object> result = Json.map(outcome.out());
        assertThat(result)
                .containsEntry("shape", List.of(9, 3, 8, 8))
                .containsEntry("labels", List.of("speed_kmh"));
        assertThat((Double) Objects.requireNonNull(result.get("tracksPerSecond"))).isPositive();
        Map<String, Object> spec = Json.map(Objects.requireNonNull(result.get("spec")));
        assertThat(spec).containsEntry("carrierHertz", 28e9);
        assertThat(Json.map(Objects.requireNonNull(spec.get("environment"))))
                .containsEntry("delaySpreadSeconds", 300e-9);
    }

    @Test
    void presetsOfOthers() {
        Path to = folder.resolve("c.npz");
        Outcome outcome = run("channels generate --preset llm4cp --tracks 2 --speed 50 --to", to);
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        Csi csi = CsiFiles.read(to);
        assertThat(csi.shape()).isEqualTo(new CsiShape(20, 96, 32));
        assertThat(csi.labels().get("speed_kmh")).containsExactly(50, 50);
        assertThat(Arrays.stream(Objects.requireNonNull(csi.labels().get("distance_m"))))
                .allMatch(metres -> metres >= 150);
    }

    @Test
    void withoutPathLossThePowerIsAboutOne() {
        Outcome outcome =
                run(
                        "channels generate --no-path-loss --tracks 200 --steps 1 --subcarriers 1 --array omni --json - --to",
                        folder.resolve("c.npz"));
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        double decibels =
                (Double) Objects.requireNonNull(Json.map(outcome.out()).get("meanPowerDecibels"));
        assertThat(decibels).isCloseTo(0, within(1.5));
    }

    @Test
    void flagsOverrideTheFile() throws IOException {
        Path file = folder.resolve("s.yaml");
        Files.writeString(
                file,
                """
                tracks: 4
                carrierHertz: 5e9
                environment: {scenario: umi, state: nlos, places: {nearestMetres: 20, farthestMetres: 30}}
                movement: {speeds: {kmh: [10, 20]}, motion: drifting}
                """);
        ChannelSpec plain = ChannelFile.read(file, Map.of()).spec();
        assertThat(plain.station().heightMetres()).isEqualTo(10);
        ChannelOptions flags = new ChannelOptions();
        flags.tracks = 7;
        flags.speed = "3..5";
        ChannelSpec spec = ChannelFile.read(file, flags.settings()).spec();
        assertThat(spec.tracks()).isEqualTo(7);
        assertThat(spec.carrierHertz()).isEqualTo(5e9);
        assertThat(spec.environment()).isEqualTo(plain.environment());
        flags.profile = "jakes";
        flags.motion = "constant";
        assertThat(ChannelFile.read(file, flags.settings()).spec().environment())
                .isEqualTo(new Environment.TappedDelayLine(TapProfile.ISOTROPIC, 100e-9));
    }

    @Test
    void theRecipeHasAllKeysAndRuns() throws IOException {
        Path recipe = RECIPES.resolve("channels.yaml");
        assertThat(ChannelFile.read(recipe, Map.of()).spec().tracks()).isEqualTo(100);
        List<String> lines = Files.readAllLines(recipe);
        for (Class<?> type : ChannelSettings.class.getDeclaredClasses()) {
            for (var component : type.getRecordComponents()) {
                if (!type.equals(ChannelSettings.Corner.class)) {
                    assertThat(lines)
                            .as(component.getName())
                            .anyMatch(line -> line.matches("[ #]*" + component.getName() + ":.*"));
                }
            }
        }
        Outcome outcome = run("channels generate --tracks 2 --to", folder.resolve("c.npz"), recipe);
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    }

    @Test
    void inspectsFilesAndSettings() throws IOException {
        Path file = folder.resolve("c.npz");
        assertThat(
                        run(
                                        "channels generate --profile tdl-a --tracks 9 --steps 12 --subcarriers 8 --array 2x2x2 --to",
                                        file)
                                .exitCode())
                .isZero();
        Path out = folder.resolve("look");
        Outcome outcome =
                run(
                        "channels inspect --spacing 180kHz --step-seconds 0.5ms --array 2x2x2 --out",
                        out,
                        file);
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertThat(outcome.out()).contains("delay spread", "Doppler centroid", "speed_kmh");
        for (String picture :
                new String[] {"impulse-response", "doppler-spectrum", "beams", "coherence"}) {
            assertThat(out.resolve(picture + ".png")).isNotEmptyFile();
        }
        assertThat(Files.readString(out.resolve("report.html"))).contains("data:image/png;base64,");
        Map<String, Object> result = Json.map(Files.readString(out.resolve("result.json")));
        double spread = (Double) Objects.requireNonNull(result.get("delaySpreadSeconds"));
        assertThat(spread).isBetween(40e-9, 160e-9);
        Path settings = Files.writeString(folder.resolve("s.yaml"), "tracks: 3\n");
        assertThat(run("channels inspect --quiet", settings).exitCode()).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    channels                                          | no subcommand
                    channels generate                                 | --to
                    channels generate --to c.xyz                      | no extension of a CSI format
                    channels generate --to %s/old.npz                 | is a folder
                    channels generate --to /dev/null/c.npz            | /dev/null
                    channels generate --preset llm5cp --to %s/c.npz   | preset 'llm5cp'
                    channels generate --scenario rural --to %s/c.npz  | scenario 'rural'
                    channels generate --state maybe --to %s/c.npz     | state 'maybe'
                    channels generate --profile cdl-f --to %s/c.npz   | profile 'cdl-f'
                    channels generate --delay-spread 1us --to %s/c.npz | without a profile
                    channels generate --profile cdl-a --delay-spread NaN --to %s/c.npz | --delay-spread NaN
                    channels generate --profile cdl-a --state los --to %s/c.npz | 'cdl-a' together
                    channels generate --profile cdl-a --motion drifting --to %s/c.npz | drifting
                    channels generate --carrier 0.4 --to %s/c.npz     | carrier of 4.0E8 Hz
                    channels generate --carrier 101GHz --to %s/c.npz  | carrier of 1.01E11 Hz
                    channels generate --carrier NaN --to %s/c.npz     | --carrier NaN
                    channels generate --carrier fast --to %s/c.npz    | --carrier fast
                    channels generate --tracks 0 --to %s/c.npz        | 0 tracks
                    channels generate --tracks 2000000000 --to %s/c.npz | needs
                    channels generate --speed -3 --to %s/c.npz        | -3.0 km/h
                    channels generate --speed 9..3 --to %s/c.npz      | from 9.0 to 3.0
                    channels generate --speed 1..2..3 --to %s/c.npz   | 1..2..3
                    channels generate --steps 0 --to %s/c.npz         | 0 steps
                    channels generate --step-seconds NaN --to %s/c.npz | --step-seconds NaN
                    channels generate --subcarriers 0 --to %s/c.npz   | 0 subcarriers
                    channels generate --spacing 1THz --to %s/c.npz    | --spacing 1THz
                    channels generate --array 4x4x3 --to %s/c.npz     | 3 polarisations
                    channels generate --array 0x4 --to %s/c.npz       | 0 x 4
                    channels generate --array many --to %s/c.npz      | 'many'
                    channels generate --user-antenna 2by2 --to %s/c.npz | --user-antenna 2by2
                    channels generate --motion still --to %s/c.npz    | motion 'still'
                    channels generate --snr NaN --to %s/c.npz         | --snr NaN
                    channels generate --threads 0 --to %s/c.npz       | --threads 0
                    channels generate nowhere.yaml --to %s/c.npz      | nowhere.yaml
                    channels inspect                                  | FILE
                    channels inspect nowhere.npz                      | nowhere.npz
                    channels inspect notes.txt                        | notes.txt
                    channels inspect %s/s.yaml --track 5              | --track 5
                    channels inspect %s/s.yaml --tracks 0             | --tracks 0
                    channels inspect %s/s.yaml --spacing 1e3          | --spacing
                    channels check --reference nowhere.csv            | nowhere.csv
                    channels check --reference %s/s.yaml              | line 1
                    bench channels --runs 0                           | --runs 0
                    bench channels --seconds NaN                      | --seconds NaN
                    """)
    void badInput(String command, String named) throws IOException {
        Files.createDirectory(folder.resolve("old.npz"));
        Files.writeString(folder.resolve("s.yaml"), "tracks: 2\n");
        Outcome outcome = run(command.strip().replace("%s", folder.toString()));
        assertThat(outcome.exitCode()).as(outcome.err()).isEqualTo(2);
        assertThat(outcome.problem()).contains(named);
        assertThat(outcome.err().lines()).hasSize(2).last().asString().startsWith("Maybe ");
        assertThat(outcome.out()).isEmpty();
        assertThat(folder.resolve("c.npz")).doesNotExist();
        assertThat(folder.resolve("runs")).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    tracks: many                                   | line 1
                    trakcs: 3                                      | line 1
                    environment: {places: {nearestMetres: 5, farthestMetres: 50}} | from 5.0 to 50.0
                    environment: {places: {nearestMetres: 50}}     | places.farthestMetres
                    environment: {profile: cdl-a, clip: true}      | 'cdl-a' together
                    environment: {profile: tdl-a, ricianDecibels: 3} | 'tdl-a'
                    movement: {speeds: {kmh: [1], lowestKmh: 2}}   | as a list and as a range
                    station: {panel: {rows: 0}}                    | 0 x 4
                    station: {heightMetres: .nan}                  | NaN
                    noise: {}                                      | signal-to-noise
                    """)
    void badSettings(String yaml, String named) throws IOException {
        Path file = Files.writeString(folder.resolve("bad.yaml"), yaml + "\n");
        Outcome outcome = run("channels generate --to", folder.resolve("c.npz"), file);
        assertThat(outcome.exitCode()).as(outcome.err()).isEqualTo(2);
        assertThat(outcome.problem()).contains("bad.yaml", named);
        assertThat(outcome.err()).contains("Maybe ");
    }

    @ParameterizedTest
    @CsvSource({
        "3.5, 3.5e9",
        "3.5e9, 3.5e9",
        "3500MHz, 3.5e9",
        "28GHz, 28e9",
        "999, 999e9",
        "60 GHz, 60e9"
    })
    void carriersInGigahertzOrHertz(String text, double hertz) {
        assertThat(Quantities.carrierHertz("--carrier", text)).isCloseTo(hertz, within(1.0));
    }
}
