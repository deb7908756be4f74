package dev.lamina.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lamina.base.Seeds;
import dev.lamina.nn.FloatTensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class StateFilesTest {
    private static final String[] TENSORS = {"device.0.a", "server.0.b", "global.c"};

    @TempDir Path temp;
    private final List<String> warnings = new ArrayList<>();
    private StateFiles files = new StateFiles(Path.of("unset"), "state", warnings::add);

    @BeforeEach
    void open() {
        files = new StateFiles(temp.resolve("run"), "state", warnings::add);
    }

    private static Map<String, FloatTensor> tensors(long seed) {
        RandomGenerator random = Seeds.stream(seed, "state");
        Map<String, FloatTensor> tensors = new LinkedHashMap<>();
        for (String name : TENSORS) {
            FloatTensor tensor = FloatTensor.zeros(3, 5);
            for (int i = 0; i < tensor.size(); i++) {
                tensor.values()[i] = random.nextFloat();
            }
            tensors.put(name, tensor);
        }
        return tensors;
    }

    private void save(long number) {
        files.save(number, tensors(number), "{\"of\":" + number + "}");
    }

    private void assertNewest(long number) {
        assertThat(files.newest())
                .isEqualTo(
                        new StateFiles.Stored(number, tensors(number), "{\"of\":" + number + "}"));
    }

    @Test
    void nothingIsThereAtFirst() {
        assertThat(files.newest()).isNull();
        assertThat(files.at(3)).isNull();
        assertThat(files.isEmpty()).isTrue();
        assertThat(temp).isEmptyDirectory();
    }

    @Test
    void twoAreKeptAndProveThemselves() throws Exception {
        for (long number : new long[] {1, 2, 12, 1_000_000_000_000L}) {
            save(number);
            assertNewest(number);
        }
        assertThat(names()).hasSize(2);
        Path first = path(12);
        assertThat(first.getFileName().toString())
                .matches("state-000000012-[0-9a-f]{16}\\.safetensors");
        assertThat(sha256(first)).startsWith(first.getFileName().toString().split("[-.]", -1)[2]);
        assertThat(Objects.requireNonNull(files.at(12)).tensors()).isEqualTo(tensors(12));
        assertThat(files.at(2)).isNull();
        assertThat(warnings).isEmpty();
    }

    private static String sha256(Path file) throws Exception {
        return java.util.HexFormat.of()
                .formatHex(
                        java.security.MessageDigest.getInstance("SHA-256")
                                .digest(Files.readAllBytes(file)));
    }

    enum Damage {
        FLIPPED,
        CUT,
        GONE_TO_ZERO,
        LONGER;

        byte[] of(byte[] whole, int at, int bit) {
            return switch (this) {
                case FLIPPED -> {
                    byte[] bytes = whole.clone();
                    bytes[at] ^= (byte) (1 << bit);
                    yield bytes;
                }
                case CUT -> Arrays.copyOf(whole, at);
                case GONE_TO_ZERO -> {
                    byte[] bytes = whole.clone();
                    Arrays.fill(bytes, at, bytes.length, (byte) 0);
                    bytes[at] = (byte) (whole[at] == 0 ? 1 : 0);
                    yield bytes;
                }
                case LONGER -> Arrays.copyOf(whole, whole.length + 1 + at);
            };
        }
    }

    /// The first byte, the last and some between of the header's length, the header, each tensor
    /// and the file: whatever happens there, the state before it is found.
    @ParameterizedTest
    @EnumSource
    void damageAnywhereCostsOneStateAndAWarning(Damage damage) throws IOException {
        save(7);
        save(8);
        Path file = path(8);
        byte[] whole = Files.readAllBytes(file);
        int header =
                Math.toIntExact(ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN).getLong());
        List<int[]> regions = new ArrayList<>(List.of(new int[] {0, 8}, new int[] {8, 8 + header}));
        for (int i = 0; i < TENSORS.length; i++) {
            int from = 8 + header + i * 15 * Float.BYTES;
            regions.add(new int[] {from, from + 15 * Float.BYTES});
        }
        assertThat(regions.getLast()[1]).isEqualTo(whole.length);
        for (int[] region : regions) {
            RandomGenerator random = Seeds.stream(region[0], "damage");
            int[] places = {
                region[0], random.nextInt(region[0], region[1]), region[1] - 1,
            };
            for (int at : places) {
                Files.write(file, damage.of(whole, at, random.nextInt(8)));
                warnings.clear();
                assertNewest(7);
                assertThat(warnings)
                        .as("%s at %d", damage, at)
                        .singleElement()
                        .asString()
                        .contains(file.toString());
                assertThat(files.at(8)).isNull();
            }
        }
        Files.write(file, whole);
        warnings.clear();
        assertNewest(8);
        assertThat(warnings).isEmpty();
    }

    @Test
    void aFileThatCannotBeReadIsDamaged() throws IOException {
        save(7);
        Files.createDirectory(temp.resolve("run/state-000000009-0123456789abcdef.safetensors"));
        assertNewest(7);
        assertThat(warnings).singleElement().asString().contains("state-000000009-");
    }

    /// A file whose name is right and that still is no safetensors file: another program's.
    @Test
    void aFileOfAnotherKindIsDamaged() throws Exception {
        save(7);
        Path other = Files.writeString(temp.resolve("other"), "text");
        Files.move(
                other,
                temp.resolve(
                        "run/state-000000009-" + sha256(other).substring(0, 16) + ".safetensors"));
        assertNewest(7);
        assertThat(warnings).singleElement().asString().contains("state-000000009-");
    }

    @Test
    void allDamagedIsNotEmpty() throws IOException {
        save(7);
        save(8);
        Files.writeString(path(7), "x");
        Files.writeString(path(8), "");
        assertThat(files.newest()).isNull();
        assertThat(warnings).hasSize(2);
        assertThat(files.isEmpty()).isFalse();
    }

    @Test
    void aKilledSaveIsIgnoredAndClearedAwayByTheNext() throws IOException {
        save(7);
        Path half =
                Files.writeString(temp.resolve("run/.state-000000008.tmp-999999999999-1"), "half");
        Path others =
                Files.writeString(temp.resolve("run/.other-000000008.tmp-999999999999-1"), "half");
        assertNewest(7);
        assertThat(warnings).isEmpty();
        save(8);
        assertThat(half).doesNotExist();
        assertThat(others).exists();
        assertNewest(8);
    }

    /// Killed between the rename and the deletions.
    @Test
    void filesTooManyAreClearedAwayByTheNextSave() throws IOException {
        save(7);
        Path copy = temp.resolve(path(7).getFileName());
        Files.copy(path(7), copy);
        save(8);
        save(9);
        Files.copy(copy, temp.resolve("run").resolve(copy.getFileName()));
        assertNewest(9);
        save(10);
        assertThat(names()).hasSize(2);
        assertThat(files.at(9)).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void ofOneNumberTheNewerWins(boolean savedLater) throws IOException {
        save(7);
        Path first = path(7);
        byte[] content = Files.readAllBytes(first);
        files.save(7, tensors(70), "{}");
        assertThat(first).doesNotExist();
        assertThat(Objects.requireNonNull(files.newest()).tensors()).isEqualTo(tensors(70));

        Files.write(first, content);
        Instant then = Instant.parse("2020-01-01T00:00:00Z").plusSeconds(savedLater ? 1 : -1);
        Files.setLastModifiedTime(first, FileTime.from(then));
        for (String name : names()) {
            Path path = temp.resolve("run").resolve(name);
            if (!path.equals(first)) {
                Files.setLastModifiedTime(
                        path, FileTime.from(Instant.parse("2020-01-01T00:00:00Z")));
            }
        }
        long expected = savedLater ? 7 : 70;
        assertThat(Objects.requireNonNull(files.newest()).tensors()).isEqualTo(tensors(expected));
        assertThat(Objects.requireNonNull(files.at(7)).tensors()).isEqualTo(tensors(expected));
        save(8);
        assertThat(names()).hasSize(2);
        assertThat(Objects.requireNonNull(files.at(7)).tensors()).isEqualTo(tensors(expected));
    }

    /// After a return to an earlier state what came after it is given up, damaged or not.
    @Test
    void aSaveEndsWhatCameAfterIt() throws IOException {
        save(8);
        save(10);
        Files.writeString(path(10), "damaged");
        assertNewest(8);
        save(9);
        warnings.clear();
        assertNewest(9);
        assertThat(files.at(8)).isNotNull();
        assertThat(warnings).isEmpty();
    }

    @Test
    void theSameStateAgainMendsTheFile() throws IOException {
        save(7);
        Files.writeString(path(7), "damaged");
        save(7);
        assertNewest(7);
        assertThat(names()).hasSize(1);
    }

    @Test
    void prefixesDoNotMeet() {
        StateFiles others = new StateFiles(temp.resolve("run"), "state-1", warnings::add);
        others.save(5, Map.of(), "");
        others.save(6, Map.of(), "");
        save(1);
        save(2);
        save(3);
        assertNewest(3);
        assertThat(Objects.requireNonNull(others.newest()).number()).isEqualTo(6);
        assertThat(others.at(5)).isNotNull();
    }

    @Test
    void aSaveThatFailsLeavesTheStatesBeforeIt() {
        save(7);
        assertThatThrownBy(() -> files.save(8, Map.of("__metadata__", FloatTensor.zeros(1)), "{}"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> files.save(-1, Map.of(), "{}")).hasMessageContaining("-1");
        assertNewest(7);
        assertThat(names()).hasSize(1);
    }

    private Path path(long number) {
        String begin = "state-%09d-".formatted(number);
        return temp.resolve("run")
                .resolve(
                        names().stream()
                                .filter(n -> n.startsWith(begin))
                                .findFirst()
                                .orElseThrow());
    }

    /// All files, temporary ones too.
    private List<String> names() {
        try (Stream<Path> entries = Files.list(temp.resolve("run"))) {
            return entries.map(p -> p.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
