package dev.lamina.app;

import dev.lamina.air.PredictionScores;
import dev.lamina.air.PredictionTiming;
import dev.lamina.bench.PredictionCase;
import dev.lamina.bench.PredictionResult;
import dev.lamina.bench.PredictionSettings;
import dev.lamina.bench.PredictionSettings.Part;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// `result.json` of `predict bench`; keys of parts that did not run are left out, but for `nmse`,
/// `floor` and `seeds`.
record PredictBenchJson(PredictionResult result) {
    Map<String, Object> map() {
        PredictionSettings settings = result.settings();
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("models", result.models());
        json.put("tracks", result.tracks());
        json.put("usersPerSpeed", settings.usersPerSpeed());
        json.put("history", PredictionSettings.HISTORY);
        json.put("horizon", PredictionSettings.HORIZON);
        json.put("snrDecibels", PredictionSettings.SNR_DECIBELS);
        json.put("seeds", List.of(settings.seed()));
        Map<String, PredictionCase> protocols = protocols();
        json.put("floor", floors(protocols));
        json.put("nmse", settings.parts().contains(Part.SPEED) ? nmse(protocols) : Map.of());
        if (!result.bySnr().isEmpty()) {
            Map<String, Object> bySnr = new LinkedHashMap<>();
            result.bySnr().forEach((ratio, of) -> bySnr.put(Ticks.text(ratio), scores(of)));
            json.put("snr", bySnr);
        }
        if (!result.zeroShot().isEmpty()) {
            json.put("zeroShot", result.zeroShot().stream().map(PredictBenchJson::scores).toList());
        }
        if (settings.parts().contains(Part.RATE)) {
            Map<String, Object> rate = new LinkedHashMap<>();
            protocols.forEach((protocol, of) -> rate.put(protocol, rates(of)));
            json.put("rate", rate);
        }
        PredictionResult.@Nullable Timing timing = result.timing();
        if (timing != null) {
            json.put("time", time(timing));
        }
        return json;
    }

    private Map<String, PredictionCase> protocols() {
        Map<String, PredictionCase> protocols = new LinkedHashMap<>();
        PredictionCase tdd = result.tdd();
        PredictionCase fdd = result.fdd();
        if (tdd != null && fdd != null) {
            protocols.put("tdd", tdd);
            protocols.put("fdd", fdd);
        }
        return protocols;
    }

    private static Map<String, Object> floors(Map<String, PredictionCase> protocols) {
        Map<String, Object> floors = new LinkedHashMap<>();
        protocols.forEach((protocol, of) ->
                floors.put(protocol, new PredictionScores.Score(0, of.noisyFloor())));
        return floors;
    }

    /// By model, protocol and speed; the mean over speeds is `mean`.
    private Map<String, Object> nmse(Map<String, PredictionCase> protocols) {
        Map<String, Object> nmse = new LinkedHashMap<>();
        for (String model : result.models()) {
            Map<String, Object> ofModel = new LinkedHashMap<>();
            protocols.forEach((protocol, of) -> {
                PredictionCase.Entry entry = of.entry(model);
                Map<String, Object> bySpeed = new LinkedHashMap<>();
                if (entry.scores() == null) {
                    bySpeed.put("refused", String.valueOf(entry.refusal()));
                } else {
                    entry.scores()
                            .bySpeed()
                            .forEach((kmh, score) -> bySpeed.put(String.valueOf(kmh), score));
                    bySpeed.put("mean", entry.scores().nmse());
                }
                ofModel.put(protocol, bySpeed);
            });
            nmse.put(model, ofModel);
        }
        return nmse;
    }

    private static Map<String, Object> scores(PredictionCase of) {
        Map<String, Object> models = new LinkedHashMap<>();
        List<String> weak = new ArrayList<>();
        Map<String, Object> refused = new LinkedHashMap<>();
        for (PredictionCase.Entry entry : of.entries()) {
            if (entry.scores() == null) {
                refused.put(entry.model(), String.valueOf(entry.refusal()));
            } else {
                models.put(entry.model(), entry.scores().nmse());
            }
            if (of.isWeak(entry.model())) {
                weak.add(entry.model());
            }
        }
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("varied", of.group());
        json.put("setting", of.name());
        json.put("noisyFloor", of.noisyFloor());
        json.put("nmse", models);
        json.put("weak", weak);
        json.put("refused", refused);
        return json;
    }

    private static Map<String, Object> rates(PredictionCase of) {
        Map<String, Object> models = new LinkedHashMap<>();
        for (PredictionCase.Entry entry : of.entries()) {
            if (entry.scores() != null) {
                double rate = entry.scores().rate();
                models.put(
                        entry.model(),
                        Map.of(
                                "bitsPerSecondPerHertz",
                                rate,
                                "ofPerfect",
                                rate / of.perfectRate()));
            }
        }
        return Map.of("perfectBitsPerSecondPerHertz", of.perfectRate(), "models", models);
    }

    private Map<String, Object> time(PredictionResult.Timing timing) {
        Map<String, Object> models = new LinkedHashMap<>();
        timing.times()
                .forEach((model, times) -> {
                    Map<String, Object> one = new LinkedHashMap<>();
                    one.put("secondsPerUser", times.seconds());
                    one.put(
                            "secondsFor1000UsersOnAllThreads",
                            PredictionResult.USERS * times.secondsOnAll());
                    PredictionTiming.Parts parts = times.parts();
                    if (parts != null) {
                        one.put("parts", parts);
                        one.put(
                                "shareOfGemmNetworkAlone",
                                parts.networkFlops()
                                        / parts.networkSeconds()
                                        / timing.flopsPerSecond());
                        one.put(
                                "shareOfGemm",
                                parts.networkFlops() / times.seconds() / timing.flopsPerSecond());
                        one.put(
                                "shareOfGemmOnAllThreads",
                                parts.networkFlops()
                                        / times.secondsOnAll()
                                        / timing.flopsPerSecondOnAll());
                    }
                    models.put(model, one);
                });
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("measuredUsers", timing.users());
        json.put("threads", result.settings().threads());
        json.put("gemmFlopsPerSecond", timing.flopsPerSecond());
        json.put("gemmFlopsPerSecondOnAllThreads", timing.flopsPerSecondOnAll());
        json.put("models", models);
        return json;
    }
}
