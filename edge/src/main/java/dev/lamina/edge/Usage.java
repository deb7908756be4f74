package dev.lamina.edge;

/// What each device, and the server, did for how long. Seconds.
final class Usage {
    final double[] compute;
    final double[] upload;
    final double[] download;
    final double[] waiting;

    /// Neither idle nor only receiving: it computes or sends, or both.
    final double[] active;

    /// When its last task ended.
    final double[] finish;

    /// At least one task was on the server.
    double serverBusy;

    /// Of each device, how many tasks it computes and sends now, and since when.
    private final int[] running;

    private final double[] since;
    private int serving;
    private double servingSince;

    Usage(int devices) {
        compute = new double[devices];
        upload = new double[devices];
        download = new double[devices];
        waiting = new double[devices];
        active = new double[devices];
        finish = new double[devices];
        running = new int[devices];
        since = new double[devices];
    }

    void begin(TaskKind kind, int device, double ready, double now) {
        switch (kind) {
            case COMPUTE, UPLOAD -> {
                if (running[device]++ == 0) {
                    since[device] = now;
                }
            }
            case SERVE -> {
                waiting[device] += now - ready;
                if (serving++ == 0) {
                    servingSince = now;
                }
            }
            case DOWNLOAD, BARRIER -> {}
        }
    }

    void end(TaskKind kind, int device, double start, double now) {
        finish[device] = now;
        switch (kind) {
            case COMPUTE -> compute[device] += now - start;
            case UPLOAD -> upload[device] += now - start;
            case DOWNLOAD -> download[device] += now - start;
            case SERVE -> {
                if (--serving == 0) {
                    serverBusy += now - servingSince;
                }
            }
            case BARRIER -> {}
        }
        if (kind == TaskKind.COMPUTE || kind == TaskKind.UPLOAD) {
            if (--running[device] == 0) {
                active[device] += now - since[device];
            }
        }
    }
}
