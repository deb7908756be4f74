package dev.lamina.bench;

import java.util.List;
import java.util.Map;

/// What paper [A]'s Fig. 4, remade, came to; `result.json` has these names. NMSE is linear, the
/// mean over held-out tracks.
///
/// @param seeds each with channels, noise, fresh parameters and an order of its own
/// @param tracksPerServer to learn from
/// @param heldOutTracks of each seed
/// @param rounds of training
/// @param localEpochs in a round
/// @param partition of the tracks over servers
/// @param nmse after the last round, by model and protocol
/// @param floor what nothing can be below
/// @param checks what the figure is to show
/// @param traffic of a round
/// @param runs every model and protocol with every seed
public record Fig4Result(
        List<Long> seeds,
        int tracksPerServer,
        int heldOutTracks,
        int rounds,
        int localEpochs,
        String partition,
        Map<String, Score> nmse,
        Floor floor,
        Checks checks,
        Traffic traffic,
        List<Run> runs) {

    /// Of a model and protocol, over the seeds.
    ///
    /// @param clean the mean, against clean channels
    /// @param noisy the same against labels with the noise of the histories (derived: reference
    ///   5.1)
    /// @param lowest of the seeds, against clean channels
    /// @param highest of the seeds
    /// @param bySpeed the mean by km/h, against clean channels; empty with personal heads
    /// @param seconds of training with its judging, or of prediction where nothing is trained; the
    ///   mean
    public record Score(
            double clean,
            double noisy,
            double lowest,
            double highest,
            Map<Integer, Double> bySpeed,
            double seconds) {}

    /// What a perfect predictor would score (derived).
    ///
    /// @param clean 0
    /// @param noisy ρ/(1+ρ), where noise has ρ times the power of the channels
    /// @param trainingLoss its mean over the training tracks' ratios
    public record Floor(double clean, double noisy, double trainingLoss) {}

    /// What the figure is to show.
    ///
    /// @param fallsWithServers whether the mean NMSE falls from local over ever more servers
    /// @param seedsWhereItFalls in how many seeds it does
    /// @param federatedOverCentral NMSE of the largest federation over that of central training
    /// @param federatedOverCentralBySeed the same, seed by seed
    /// @param federatedOverUntrained over that of the model before any training
    /// @param federatedOverAutoregression over that of `ar`
    public record Checks(
            boolean fallsWithServers,
            int seedsWhereItFalls,
            double federatedOverCentral,
            List<Double> federatedOverCentralBySeed,
            double federatedOverUntrained,
            double federatedOverAutoregression) {}

    /// What a server sends in a round, as 32-bit floats.
    ///
    /// @param adapterBytes what is trained and shared
    /// @param modelBytes all weights of the network, without the backbone's words and further
    ///   blocks
    /// @param share of the one in the other
    public record Traffic(long adapterBytes, long modelBytes, double share) {}

    /// A model and protocol with a seed.
    ///
    /// @param arm as in `nmse`
    /// @param servers that train; 0 where nothing is trained
    /// @param localLoss the mean during local steps, by round: what papers call training loss
    /// @param globalLoss of the global model at the round's start on the participants' tracks
    /// @param heldOutNmse of the new global model, by round; with personal heads the mean over
    ///   servers
    /// @param nmse the last one
    /// @param bytesUp of a server in a round; 0 where nothing is sent
    public record Run(
            String arm,
            long seed,
            int servers,
            List<Double> localLoss,
            List<Double> globalLoss,
            List<Double> heldOutNmse,
            double nmse,
            Map<Integer, Double> bySpeed,
            long bytesUp,
            double seconds) {}
}
