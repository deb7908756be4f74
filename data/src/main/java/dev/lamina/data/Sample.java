package dev.lamina.data;

import dev.lamina.base.BadInputException;

/// A text and the index of its class. White space around the text is dropped.
///
/// @param text what is classified; not blank
/// @param label index into the labels of the data set
public record Sample(String text, int label) {
    public Sample {
        text = text.strip();
        BadInputException.check(!text.isEmpty(), "empty text in a sample", "give it a text");
        BadInputException.check(
                label >= 0,
                "label index " + label + " of the text '" + text + "' is negative",
                "count from 0");
    }
}
