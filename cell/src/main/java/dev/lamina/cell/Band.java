package dev.lamina.cell;

/// The spectrum that scheduled devices share.
///
/// @param uplinkHertz B_up
/// @param downlinkHertz B_dn
/// @param goodput part of the rate that is left after retransmissions, above 0 and at most 1
public record Band(double uplinkHertz, double downlinkHertz, double goodput) {
    public Band {
        Checks.positive("uplinkHertz", uplinkHertz);
        Checks.positive("downlinkHertz", downlinkHertz);
        Checks.positive("goodput", goodput);
        Checks.between("goodput", goodput, 0, 1);
    }
}
