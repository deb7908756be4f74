package dev.lamina.air;

/// One track to learn a [PathModel] from. The error of gains ĝ is energy - 2 Re(ĝᴴ c) + ĝᴴ G ĝ, the
/// very error of the channels they make: c = Aᴴ h, G = Aᴴ A with the responses A to the paths'
/// places in the band that is predicted (derived).
///
/// @param tokens of the history
/// @param products c, [path, step, port, 2]
/// @param gram G, [path, path, 2]
/// @param energy of the labels, Σ abs(h)²; all in the scale of the tokens
/// @param weight in a batch's mean: one over the root of the first guess's error, so that neither
///   hard tracks and noisy labels nor easy tracks are all that counts
@SuppressWarnings("ArrayRecordComponent") // never compared
record PathExample(
        PathTokens tokens, float[] products, float[] gram, double energy, double weight) {
    /// Of an error, below which tracks are not told apart.
    private static final double LEAST_ERROR = 0.003;

    static PathExample of(Track track) {
        Target target = track.target();
        History history = track.history();
        PathTokens tokens = PathTokens.of(history, target);
        float[] labels = track.labels().clone();
        double energy = 0;
        for (int i = 0; i < labels.length; i++) {
            labels[i] *= (float) tokens.scale();
            energy += (double) labels[i] * labels[i];
        }
        Snapshots snapshots =
                Snapshots.of(labels, target.steps(), target.subcarriers(), history.layout());
        int count = tokens.count();
        float[] products = new float[count * 2 * snapshots.count];
        float[] gram = new float[2 * count * count];
        for (int p = 0; p < count; p++) {
            double[] place = tokens.paths().places().get(p);
            double[] product = snapshots.project(place, target.firstSubcarrier());
            for (int i = 0; i < product.length; i++) {
                products[p * product.length + i] = (float) product[i];
            }
            for (int q = 0; q < count; q++) {
                double[] other = tokens.paths().places().get(q);
                double[] between = Steering.product(snapshots.sizes, place, other, -1);
                double angle = -2 * Math.PI * target.firstSubcarrier() * (other[0] - place[0]);
                double c = Math.cos(angle);
                double s = Math.sin(angle);
                gram[2 * (p * count + q)] = (float) (between[0] * c - between[1] * s);
                gram[2 * (p * count + q) + 1] = (float) (between[0] * s + between[1] * c);
            }
        }
        double error = energy == 0 ? 1 : error(tokens.firstGuess(), products, gram) / energy + 1;
        return new PathExample(
                tokens, products, gram, energy, 1 / Math.sqrt(Math.max(LEAST_ERROR, error)));
    }

    /// ĝᴴ G ĝ - 2 Re(ĝᴴ c).
    ///
    /// @param gains [path, step, port, 2], as `products`
    private static double error(float[] gains, float[] products, float[] gram) {
        int count = (int) Math.round(Math.sqrt(gram.length / 2.0));
        double error = 0;
        for (int i = 0; i < gains.length; i++) {
            error -= 2.0 * gains[i] * products[i];
        }
        int each = count == 0 ? 0 : gains.length / count;
        for (int p = 0; p < count; p++) {
            for (int q = 0; q < count; q++) {
                double x = 0;
                double y = 0;
                for (int i = 0; i < each; i += 2) { // conj(ĝ_p) ĝ_q
                    double a = gains[p * each + i];
                    double b = gains[p * each + i + 1];
                    double c = gains[q * each + i];
                    double d = gains[q * each + i + 1];
                    x += a * c + b * d;
                    y += a * d - b * c;
                }
                error += gram[2 * (p * count + q)] * x - gram[2 * (p * count + q) + 1] * y;
            }
        }
        return error;
    }
}
