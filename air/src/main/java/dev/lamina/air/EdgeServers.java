package dev.lamina.air;

import dev.lamina.nn.FloatTensor;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/// The edge servers of a [Federation] as it sees them, numbered from 0: in its own process, or at
/// the other end of a network. All that passes here are trained tensors and losses.
public interface EdgeServers {
    /// How many there are.
    int count();

    /// Lets servers train a round from the global parameters, and waits for what they send.
    ///
    /// @param round counted from 0
    /// @param global all parameters; those that servers keep to themselves as they were at first
    /// @param turn whose turn it is, in order
    /// @param listener hears of steps, where they are taken in this process
    /// @return what came, by server; over a network some of them may be missing, but not all; null
    ///   if the listener asked to stop
    @Nullable SortedMap<Integer, EdgeServer.Update> round(
            int round,
            SequencedMap<String, FloatTensor> global,
            List<Integer> turn,
            Federation.Listener listener);

    /// Steps of one pass of all servers; 0 where that is not known.
    long steps();

    /// What each server keeps to itself; none where that is not known.
    List<SequencedMap<String, FloatTensor>> kept();

    /// What the rounds to come depend on, as far as it is here, for a checkpoint after a round.
    SequencedMap<String, FloatTensor> state();

    /// Goes on where [#state()] was taken; further entries are not looked at.
    ///
    /// @throws IllegalArgumentException if it is another federation's
    void restore(Map<String, FloatTensor> state);
}
