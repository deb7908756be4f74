package dev.lamina.train;

/// Asks a run to stop after so many waves.
final class StopAfter implements RunListener {
    private int waves;

    StopAfter(int waves) {
        this.waves = waves;
    }

    @Override
    public void stepped(int done, double loss) {
        waves--;
    }

    @Override
    public boolean stopRequested() {
        return waves <= 0;
    }
}
