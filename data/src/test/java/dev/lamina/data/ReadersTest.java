package dev.lamina.data;

import static dev.lamina.data.Fixtures.write;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReadersTest {
    @TempDir Path folder;

    @Test
    void txtSplitsAtTheLastSemicolon() {
        assertThat(read("d.txt", "one; two;yes\n\n  three ; no \n"))
                .containsExactly("1 yes: one; two", "3 no: three");
    }

    @Test
    void byteOrderMarkAndCrlfAreAccepted() {
        assertThat(read("d.txt", "\uFEFFone;yes\r\ntwo;no\r\n"))
                .containsExactly("1 yes: one", "2 no: two");
        assertThat(read("d.csv", "\uFEFFlabel,text\r\nyes,one\r\n")).containsExactly("2 yes: one");
        assertThat(read("d.jsonl", "\uFEFF{\"text\":\"one\",\"label\":\"yes\"}\r\n"))
                .containsExactly("1 yes: one");
    }

    @Test
    void csvTakesQuotesLineBreaksAndBlankLines() {
        String csv = "text,label\n\"a, \"\"b\"\"\nc\",yes\n\nd,no\n";
        assertThat(read("d.csv", csv)).containsExactly("2 yes: a, \"b\"\nc", "5 no: d");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text,label",
                "Sentence,CATEGORY",
                "content,target",
                "text,emotion",
                "quote,class"
            })
    void usualHeadersAreRecognised(String header) {
        assertThat(read("d.csv", header + "\none,yes\n")).containsExactly("2 yes: one");
    }

    @Test
    void otherColumnsAreLeftOut() {
        assertThat(read("d.tsv", "id\tlabel\ttext\n7\tyes\tone\n")).containsExactly("2 yes: one");
    }

    @Test
    void columnsByName() {
        Path file = write(folder, "d.csv", "stars,text,review\n5,x,one\n");
        assertThat(shown(Rows.read(file, new Columns("review", "stars"))))
                .containsExactly("2 5: one");
        Path json = write(folder, "d.jsonl", "{\"stars\":5,\"text\":\"x\",\"review\":\"one\"}\n");
        assertThat(shown(Rows.read(json, new Columns("review", "stars"))))
                .containsExactly("1 5: one");
    }

    @Test
    void twoColumnsNeedNoHeader() {
        Rows rows = Rows.read(write(folder, "d.csv", "one,yes\ntwo,no"), Columns.DETECT);
        assertThat(shown(rows)).containsExactly("1 yes: one", "2 no: two");
        assertThat(rows.notes()).singleElement().asString().contains("no header");
    }

    @Test
    void jsonLabelsMayBeWholeNumbersOrTruthValues() {
        String json =
                """
                {"sentence": "one\\ntwo", "target": 3, "more": {"a": [1]}}

                {"target": true, "sentence": "\\ud83d\\ude00"}
                """;
        assertThat(read("d.json-lines", json))
                .containsExactly("1 3: one\ntwo", "3 true: \uD83D\uDE00");
    }

    @Test
    void lineOfExactlyTheBoundIsRead() {
        String text = "x".repeat(Utf8Lines.MAX_LINE_BYTES - 3);
        assertThat(read("d.txt", text + ";y\nb;n\n")).hasSize(2);
    }

    @Test
    void wholeNumbersAreOrderedAsNumbers() {
        assertThat(labels("a;10\nb;9\nc;-1\n")).containsExactly("-1", "9", "10");
        assertThat(labels("a;10\nb;9\nc;x\n")).containsExactly("10", "9", "x");
    }

    private List<String> labels(String txt) {
        Rows rows = Rows.read(write(folder, "d.txt", txt), Columns.DETECT);
        return Labels.ordered("d.txt", rows.rows().stream());
    }

    private List<String> read(String name, String content) {
        return shown(Rows.read(write(folder, name, content), Columns.DETECT));
    }

    private static List<String> shown(Rows rows) {
        return rows.rows().stream()
                .map(row -> row.line() + " " + row.label() + ": " + row.text())
                .toList();
    }
}
