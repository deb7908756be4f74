package dev.lamina.csi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lamina.base.BadInputException;
import dev.lamina.radio.Csi;
import dev.lamina.radio.CsiShape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Llm4cpTest {
    private static final int HISTORY = 0;
    private static final int FUTURE = 16;
    private static final int DOWNLINK = 100;

    @TempDir Path folder;

    /// A variable with the axes [v, n, steps, 3, 2, 1, 2] and the channels [#real] - j, in MATLAB's
    /// order.
    private static byte[] values(int speeds, int users, int firstStep, int steps) {
        ByteBuffer bytes =
                ByteBuffer.allocate(speeds * users * steps * 12 * 8).order(ByteOrder.LITTLE_ENDIAN);
        for (int antenna = 0; antenna < 4; antenna++) {
            for (int subcarrier = 0; subcarrier < 3; subcarrier++) {
                for (int step = 0; step < steps; step++) {
                    for (int n = 0; n < users; n++) {
                        for (int v = 0; v < speeds; v++) {
                            // MATLAB counts the first antenna axis fastest.
                            int joined = antenna % 2 * 2 + antenna / 2;
                            bytes.putFloat(real(v, n, firstStep + step, subcarrier, joined));
                            bytes.putFloat(-1);
                        }
                    }
                }
            }
        }
        return bytes.array();
    }

    private static float real(int v, int n, int step, int subcarrier, int antenna) {
        return 1 + antenna + 10 * subcarrier + 100 * step + 20_000 * n + 100_000 * v;
    }

    private Path write(String file, int speeds, int users, List<String> names, List<Integer> steps)
            throws IOException {
        List<Hdf5Dataset> datasets = new ArrayList<>();
        ByteBuffer data = ByteBuffer.allocate(1 << 24);
        for (int i = 0; i < names.size(); i++) {
            int firstStep = steps.get(i);
            int count = firstStep == HISTORY ? 16 : 4;
            datasets.add(
                    new Hdf5Dataset(
                            names.get(i),
                            Hdf5Bytes.complex64("real", "imag"),
                            8,
                            List.of(2L, 1L, 2L, 3L, (long) count, (long) users, (long) speeds),
                            "single"));
            data.put(values(speeds, users, firstStep, count));
        }
        byte[] head = Hdf5Head.bytes(datasets, 0);
        ByteBuffer all = ByteBuffer.allocate(head.length + data.position());
        all.put(head).put(data.flip());
        return Files.write(folder.resolve(file), all.array());
    }

    private Path write(String name, int firstStep) throws IOException {
        return write(name + ".mat", 10, 3, List.of(name), List.of(firstStep));
    }

    private static void assertJoined(Csi csi, int speeds, int users, int secondStep) {
        assertThat(csi.shape()).isEqualTo(new CsiShape(20, 3, 4));
        assertThat(csi.tracks()).isEqualTo(speeds * users);
        for (int track = 0; track < csi.tracks(); track++) {
            for (int step = 0; step < 20; step++) {
                for (int k = 0; k < 12; k++) {
                    int stored = step < 16 ? step : secondStep + step - 16;
                    int at = 2 * (12 * step + k);
                    assertThat(csi.track(track)[at])
                            .isEqualTo(real(track / users, track % users, stored, k / 4, k % 4));
                    assertThat(csi.track(track)[at + 1]).isEqualTo(-1);
                }
            }
        }
    }

    @Test
    void historyAndFutureInFilesOfTheirOwnAreJoined() throws IOException {
        Path history = write("H_U_his_test", HISTORY);
        Path future = write("H_U_pre_test", FUTURE);
        write("H_D_pre_test", DOWNLINK);
        assertJoined(CsiFiles.read(history), 10, 3, FUTURE);
        assertJoined(CsiFiles.read(future), 10, 3, FUTURE);
    }

    @Test
    void theDownlinkFileGivesItsOwnFuture() throws IOException {
        write("H_U_his_test", HISTORY);
        write("H_U_pre_test", FUTURE);
        Path downlink = write("H_D_pre_test", DOWNLINK);
        assertJoined(CsiFiles.read(downlink), 10, 3, DOWNLINK);
    }

    @Test
    void oneFileMayHoldBothHalves() throws IOException {
        Path file =
                write(
                        "all.mat",
                        3,
                        2,
                        List.of("H_D_pre_train", "H_U_his_train", "H_U_pre_train"),
                        List.of(DOWNLINK, HISTORY, FUTURE));
        Csi csi = CsiFiles.read(file);
        assertJoined(csi, 3, 2, FUTURE);
        assertThat(csi.labels()).isEmpty();
    }

    @Test
    void tenSpeedsAreTensOfKilometresPerHour() throws IOException {
        write("H_U_pre_test", FUTURE);
        Csi csi = CsiFiles.read(write("H_U_his_test", HISTORY));
        assertThat(csi.labels().get("speed_kmh"))
                .hasSize(30)
                .startsWith(10, 10, 10, 20)
                .endsWith(90, 100, 100, 100);
    }

    @Test
    void nineHundredSpeedsAreTenthsFromTenOn() throws IOException {
        Path file =
                write(
                        "all.mat",
                        900,
                        2,
                        List.of("H_U_his_train", "H_U_pre_train"),
                        List.of(HISTORY, FUTURE));
        assertThat(CsiFiles.read(file).labels().get("speed_kmh"))
                .hasSize(1800)
                .startsWith(10.1, 10.1, 10.2)
                .endsWith(99.9, 99.9, 100, 100);
    }

    @Test
    void aMissingHalfIsNamed() throws IOException {
        Path history = write("H_U_his_test", HISTORY);
        assertThatThrownBy(() -> CsiFiles.read(history))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("there is no " + folder.resolve("H_U_pre_test.mat"));
    }

    @Test
    void halvesThatDoNotFitAreRefused() throws IOException {
        Path history = write("H_U_his_test", HISTORY);
        write("H_U_pre_test.mat", 10, 2, List.of("H_U_pre_test"), List.of(FUTURE));
        assertThatThrownBy(() -> CsiFiles.read(history))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("do not fit");
    }
}
