package dev.lamina.air;

/// A track to learn from, or to be judged by.
///
/// @param history its past, noisy
/// @param target what is to be predicted
/// @param labels [time, subcarrier, antenna, 2] of the target, noisy where measured channels would
///   be; not to be changed
/// @param clean the same without noise
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Track(History history, Target target, float[] labels, float[] clean) {}
