package dev.lamina.data;

import dev.lamina.base.BadInputException;
import dev.lamina.base.Seeds;
import java.util.List;
import java.util.random.RandomGenerator;

/// How the training samples are shared out over devices. Every sample goes to exactly one device,
/// every device gets at least one, and equal seeds give equal shards.
public sealed interface Partition {
    /// As the command line writes it: `iid`, `dirichlet:0.5`, `label:2`.
    String spec();

    /// Shuffled and dealt out evenly: the sizes of two shards differ by one at most.
    record Iid() implements Partition {
        @Override
        public String spec() {
            return "iid";
        }
    }

    /// For each class, the shares of the devices are one draw from a symmetric Dirichlet
    /// distribution: the smaller `alpha`, the more the devices differ in classes and in size. A
    /// device that comes away with nothing gets one sample of the largest shard. (Label skew as in
    /// Li et al., "Federated Learning on Non-IID Data Silos", ICDE 2022, arXiv 2102.02079.)
    ///
    /// @param alpha concentration, from 1e-6 to 1e6
    record Dirichlet(double alpha) implements Partition {
        public Dirichlet {
            BadInputException.check(
                    alpha >= 1e-6 && alpha <= 1e6,
                    "Dirichlet alpha " + alpha + " is not a number from 1e-6 to 1e6",
                    "use 0.1 for devices that differ much, 100 for nearly equal ones");
        }

        @Override
        public String spec() {
            return "dirichlet:" + alpha;
        }
    }

    /// Each device gets samples of at most `classesPerDevice` classes, and every class goes to some
    /// device. Devices choose among the classes that the fewest hold; the holders of a class share
    /// it evenly.
    record ByLabel(int classesPerDevice) implements Partition {
        public ByLabel {
            BadInputException.check(
                    classesPerDevice >= 1,
                    "classes per device " + classesPerDevice + " is less than 1",
                    "use label:1 for one class on each device");
        }

        @Override
        public String spec() {
            return "label:" + classesPerDevice;
        }
    }

    /// Alike in classes, unequal in size: the devices' shares are one draw from a symmetric
    /// Dirichlet distribution. A device that comes away with nothing gets one sample.
    ///
    /// @param alpha concentration, from 1e-6 to 1e6: the smaller, the more the sizes differ
    record Quantity(double alpha) implements Partition {
        public Quantity {
            BadInputException.check(
                    alpha >= 1e-6 && alpha <= 1e6,
                    "quantity alpha " + alpha + " is not a number from 1e-6 to 1e6",
                    "use 1 for devices that differ much, 100 for nearly equal ones");
        }

        @Override
        public String spec() {
            return "quantity:" + alpha;
        }
    }

    /// Reads `iid`, `dirichlet:ALPHA`, `label:K` or `quantity:ALPHA`.
    ///
    /// @throws BadInputException if it is none of these, or the number cannot be used
    static Partition parse(String spec) {
        int colon = spec.indexOf(':');
        String kind = colon < 0 ? spec : spec.substring(0, colon);
        String number = colon < 0 ? "" : spec.substring(colon + 1);
        try {
            if (kind.equals("iid") && colon < 0) {
                return new Iid();
            }
            if (kind.equals("dirichlet")) {
                return new Dirichlet(Double.parseDouble(number));
            }
            if (kind.equals("quantity")) {
                return new Quantity(Double.parseDouble(number));
            }
            if (kind.equals("label")) {
                return new ByLabel(Integer.parseInt(number));
            }
        } catch (NumberFormatException e) {
            throw new BadInputException(
                    "partition '%s': '%s' is no number".formatted(spec, number),
                    "write " + (kind.equals("label") ? "label:2" : "dirichlet:0.5"));
        }
        throw new BadInputException(
                "unknown partition '" + spec + "'",
                "use iid, dirichlet:ALPHA, label:K or quantity:ALPHA");
    }

    /// Shares out the training samples.
    ///
    /// @param classes how many classes the data set has
    /// @return a shard for each device, in the order of the samples given
    /// @throws BadInputException if there are more devices than samples, more or fewer classes than
    ///   can be shared out, or if a device's shard is one text over and over
    default List<List<Sample>> split(List<Sample> train, int classes, int devices, long seed) {
        BadInputException.check(
                devices >= 1, "number of devices " + devices + " is less than 1", "use 1 or more");
        BadInputException.check(
                devices <= train.size(),
                "%d devices for %d training samples".formatted(devices, train.size()),
                "use fewer devices or more data");
        RandomGenerator random = Seeds.stream(seed, "partition", spec(), devices);
        int[] owners =
                switch (this) {
                    case Iid _ -> Shards.even(train.size(), devices, random);
                    case Dirichlet dirichlet ->
                            Shards.dirichlet(train, classes, devices, dirichlet.alpha(), random);
                    case Quantity quantity ->
                            Shards.quantity(train.size(), devices, quantity.alpha(), random);
                    case ByLabel byLabel ->
                            Shards.byLabel(
                                    train, classes, devices, byLabel.classesPerDevice(), random);
                };
        return Shards.gather(train, owners, devices);
    }
}
