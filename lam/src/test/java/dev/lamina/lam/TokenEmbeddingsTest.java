package dev.lamina.lam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import dev.lamina.nn.FloatTensor;
import dev.lamina.nn.Tensors;
import java.util.List;
import org.junit.jupiter.api.Test;

class TokenEmbeddingsTest {
    private static final BertWeights.Source WEIGHTS =
            (name, shape) -> Models.random(3, name, 0.3, shape);

    @Test
    void areThoseOfBert() {
        int[] ids = {4, 49, 0, 7, 7};
        FloatTensor ours = TokenEmbeddings.read(Models.TINY, WEIGHTS).forward(ids);
        try (NDManager scope = Tensors.newManager()) {
            Bert bert = BertWeights.read(Models.TINY, scope, WEIGHTS);
            FloatTensor theirs =
                    Tensors.toJava(
                            bert.embeddings().forward(new TokenBatch(List.of(ids)).ids(scope)));
            assertThat(ours.shape()).containsExactly(5, 16);
            assertThat(Models.maxDifference(ours, theirs)).isLessThan(1e-5);
        }
    }

    @Test
    void idsAndLengthsThatDoNotExistAreRefused() {
        TokenEmbeddings embeddings = TokenEmbeddings.read(Models.TINY, WEIGHTS);
        assertThatThrownBy(() -> embeddings.forward(new int[] {50}))
                .hasMessageContaining("token 50 of 50");
        assertThatThrownBy(() -> embeddings.forward(new int[21])).hasMessageContaining("21 tokens");
    }

    @Test
    void readingTwiceGivesTheSame() { // the position table is changed while it is read
        FloatTensor first = TokenEmbeddings.read(Models.TINY, WEIGHTS).forward(new int[] {1, 2});
        assertThat(TokenEmbeddings.read(Models.TINY, WEIGHTS).forward(new int[] {1, 2}))
                .isEqualTo(first);
    }
}
