package dev.lamina.fed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lamina.air.ArrayLayout;
import dev.lamina.air.ChannelView;
import dev.lamina.air.Federation;
import dev.lamina.air.ModelKinds;
import dev.lamina.air.TrainingConfig;
import dev.lamina.wire.ProtocolException;
import java.util.List;
import org.junit.jupiter.api.Test;

class FederationSettingsTest {
    @Test
    void comeBackAsTheyWere() {
        for (Setup setup : List.of(Setup.plain(3), Setup.varied(5))) {
            FederationSettings settings = setup.settings();
            assertThat(FederationSettings.parse(settings.toJson())).isEqualTo(settings);
        }
        ChannelView view =
                new ChannelView(16, 4, ChannelView.Band.FDD, null, ArrayLayout.parse("2:4x4"));
        for (String model : ModelKinds.NAMES) {
            FederationSettings settings =
                    new FederationSettings(
                            ModelKinds.of(model, view.shape(48), "minilm", 3, 8),
                            TrainingConfig.standard(1, Long.MIN_VALUE)
                                    .withLearningRate(
                                            1.0 / 3, Setup.plain(1).settings().training().decay()),
                            Federation.Config.standard(2),
                            view);
            assertThat(FederationSettings.parse(settings.toJson())).isEqualTo(settings);
        }
    }

    @Test
    void whatIsNoneIsRefused() {
        String good = Setup.plain(3).settings().toJson();
        List<String> bad =
                List.of(
                        "",
                        "[]",
                        "null",
                        "{",
                        good.replace("\"batch\":4", "\"batch\":0"),
                        good.replace("\"batch\":4", "\"batch\":\"many\""),
                        good.replace("\"batch\":4", "\"batches\":4"),
                        good.replace("\"rounds\":3", "\"rounds\":-3"),
                        good.replace("\"TDD\"", "\"X\""),
                        good.replace("\"TDD\"", "null"),
                        good.replace("\"COSINE\"", "null"),
                        good.replace("\"history\":6", "\"history\":0"),
                        good.replace("\"hidden\":6", "\"hidden\":600000"),
                        good.replace("\"gru\"", "\"gpt\""));
        for (String text : bad) {
            assertThat(text).isNotEqualTo(good);
            assertThatThrownBy(() -> FederationSettings.parse(text))
                    .as(text)
                    .isInstanceOf(ProtocolException.class);
        }
    }
}
