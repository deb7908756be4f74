package dev.lamina.cell;

import dev.lamina.radio.LinkRates;

/// A device in one round's problem.
///
/// @param device its index in the cell
/// @param samples n_k, that the round gets if it is scheduled
/// @param fixedSeconds what no bandwidth shortens
/// @param uplinkBits to send
/// @param downlinkBits to receive
/// @param uplinkSnrHertz Γ = P g / (gap N0): the signal to noise ratio times the bandwidth
/// @param downlinkBitsPerSecondPerHertz spectral efficiency, the same for any share
/// @param computeJoules spent if it is scheduled
/// @param transmitWatts P
public record Candidate(
        int device,
        int samples,
        double fixedSeconds,
        double uplinkBits,
        double downlinkBits,
        double uplinkSnrHertz,
        double downlinkBitsPerSecondPerHertz,
        double computeJoules,
        double transmitWatts) {
    public Candidate {
        String whose = " of device " + device;
        Checks.positive("samples" + whose, samples);
        Checks.notNegative("fixedSeconds" + whose, fixedSeconds);
        Checks.positive("uplinkBits" + whose, uplinkBits);
        Checks.notNegative("downlinkBits" + whose, downlinkBits);
        Checks.notNegative("uplinkSnrHertz" + whose, uplinkSnrHertz);
        Checks.notNegative("downlinkBitsPerSecondPerHertz" + whose, downlinkBitsPerSecondPerHertz);
        Checks.notNegative("computeJoules" + whose, computeJoules);
        Checks.notNegative("transmitWatts" + whose, transmitWatts);
    }

    /// Whether there is a channel at all.
    public boolean usable() {
        return uplinkSnrHertz > 0 && (downlinkBits == 0 || downlinkBitsPerSecondPerHertz > 0);
    }

    /// R_up(x) = x B log2(1 + Γ / (x B)), times the goodput: concave and increasing, as the device
    /// concentrates its power in its share.
    ///
    /// @param share x, of the band
    public double uplinkBitsPerSecond(double share, Band band) {
        double hertz = share * band.uplinkHertz();
        return hertz > 0 ? band.goodput() * hertz * LinkRates.shannon(uplinkSnrHertz / hertz) : 0;
    }

    /// R_dn(x), linear: the station's power density is the same everywhere in the band.
    public double downlinkBitsPerSecond(double share, Band band) {
        return band.goodput() * share * band.downlinkHertz() * downlinkBitsPerSecondPerHertz;
    }

    /// From the round's start until the device is through; infinite without a channel or share.
    public double delaySeconds(double share, Band band) {
        if (!usable() || !(share > 0)) {
            return Double.POSITIVE_INFINITY;
        }
        double down = downlinkBits == 0 ? 0 : downlinkBits / downlinkBitsPerSecond(share, band);
        return fixedSeconds + uplinkBits / uplinkBitsPerSecond(share, band) + down;
    }

    /// E_k: computing, and sending at full power.
    public double joules(double share, Band band) {
        return computeJoules + transmitWatts * uplinkBits / uplinkBitsPerSecond(share, band);
    }
}
