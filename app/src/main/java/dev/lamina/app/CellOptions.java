package dev.lamina.app;

import dev.lamina.base.BadInputException;
import dev.lamina.cell.Importance;
import dev.lamina.train.Wireless;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The flags of a wireless cell, under `ushape`.
final class CellOptions {
    private static final String DEFAULT = " Default: ${DEFAULT-VALUE}.";

    @Option(
            names = "--allocation",
            paramLabel = "POLICY",
            description =
                    "Under ushape: put the devices into a wireless cell, and let POLICY decide in each round who takes"
                            + " part, with which share of the band: online (drift plus penalty under --delay-budget),"
                            + " all-equal, all-optimal, random:K, round-robin:K, best-channel:K,"
                            + " greedy-deadline[:SECONDS], or one of a library on the class path.")
    @Nullable String allocation;

    @Option(
            names = "--cell",
            paramLabel = "FILE.yaml",
            description =
                    "With --allocation: the cell (recipes/cell.yaml has all keys). Default: 250 m, urban micro, 20 MHz.")
    @Nullable Path cell;

    @Option(
            names = "--delay-budget",
            paramLabel = "SECONDS",
            description =
                    "With --allocation online: mean length of a round. Default: what the quickest devices with two batches take in the mean, with the best"
                            + " shares.")
    @Nullable Double delayBudget;

    @Option(
            names = "--energy-budget",
            paramLabel = "JOULES",
            description =
                    "With --allocation online: mean energy of each device in a round, on computing and sending."
                            + " Default: no limit.")
    @Nullable Double energyBudget;

    @Option(
            names = "--queue-rounds",
            paramLabel = "V",
            defaultValue = "10",
            description =
                    "With --allocation online: V, as the number of budgets that its virtual queue settles at. Larger:"
                            + " nearer to the optimum, and slower to notice an overspent budget."
                            + DEFAULT)
    double queueRounds;

    /// The cell; null without an allocation.
    @Nullable Wireless wireless() {
        String policy = allocation;
        if (policy == null) {
            BadInputException.check(
                    cell == null && delayBudget == null && energyBudget == null,
                    (cell != null
                                    ? "--cell " + cell
                                    : delayBudget != null
                                            ? "--delay-budget " + delayBudget
                                            : "--energy-budget " + energyBudget)
                            + " is given without --allocation",
                    "add --allocation online");
            return null;
        }
        BadInputException.check(
                delayBudget == null || delayBudget > 0,
                "--delay-budget " + delayBudget + " is not above 0",
                "leave it out for what the quickest devices with two batches take");
        BadInputException.check(
                energyBudget == null || energyBudget > 0,
                "--energy-budget " + energyBudget + " is not above 0",
                "leave it out for no limit");
        CellFile file = cell == null ? CellFile.builtIn() : CellFile.read(cell);
        return new Wireless(
                file.spec(),
                file.positions(),
                policy,
                delayBudget == null ? 0 : delayBudget,
                energyBudget == null ? 0 : energyBudget,
                queueRounds,
                new Importance.Constant(),
                Wireless.TRANSFER_SECONDS,
                0,
                0);
    }
}
