package dev.lamina.csi;

import dev.lamina.base.BadInputException;
import dev.lamina.base.Shown;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Parses the dictionary of a `.npy` header: `{'descr': '<c8', 'fortran_order': False, 'shape': (3,
/// 4), }`, with the keys in any order.
final class PythonDict {
    private static final int MOST_AXES = 64;
    private static final int MOST_DIGITS = 18; // fits a long
    private static final char END = '\0';

    private final String text;
    private final String file;
    private int at;

    PythonDict(String text, String file) {
        this.text = text;
        this.file = file;
    }

    NpyHeader header(int bytes) {
        @Nullable String descr = null;
        @Nullable Boolean fortranOrder = null;
        @Nullable List<Long> shape = null;
        Set<String> keys = new HashSet<>();
        expect('{');
        while (!taken('}')) {
            String key = string();
            if (!keys.add(key)) {
                throw defect("has the key " + Shown.quoted(key) + " twice");
            }
            expect(':');
            switch (key) {
                case "descr" -> descr = descr();
                case "fortran_order" -> fortranOrder = bool();
                case "shape" -> shape = tuple();
                default -> throw defect("has the unknown key " + Shown.quoted(key));
            }
            if (!taken(',')) {
                expect('}');
                break;
            }
        }
        if (next() != END || at < text.length()) {
            throw defect("goes on after its closing brace");
        }
        if (descr == null || fortranOrder == null || shape == null) {
            throw defect("lacks descr, fortran_order or shape");
        }
        return new NpyHeader(bytes, descr, fortranOrder, List.copyOf(shape));
    }

    private String descr() {
        BadInputException.check(
                next() != '[',
                file + " holds a structured array",
                "save the complex array in it alone, as complex64.");
        return string();
    }

    private String string() {
        char quote = next();
        if (quote != '\'' && quote != '"') {
            throw defect("has no string at character " + at);
        }
        int end = text.indexOf(quote, at + 1);
        if (end < 0) {
            throw defect("has a string without an end at character " + at);
        }
        String string = text.substring(at + 1, end);
        at = end + 1;
        return string;
    }

    private boolean bool() {
        next();
        for (boolean value : new boolean[] {true, false}) {
            String name = value ? "True" : "False";
            if (text.startsWith(name, at)) {
                at += name.length();
                return value;
            }
        }
        throw defect("has a fortran_order that is neither True nor False");
    }

    private List<Long> tuple() {
        List<Long> numbers = new ArrayList<>();
        expect('(');
        while (!taken(')')) {
            if (numbers.size() == MOST_AXES) {
                throw defect("has a shape of more than " + MOST_AXES + " axes");
            }
            numbers.add(number());
            if (!taken(',')) {
                expect(')');
                break;
            }
        }
        return numbers;
    }

    private long number() {
        next();
        int begin = at;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        if (at == begin || at - begin > MOST_DIGITS) {
            throw defect("has a shape with something else than a length at character " + begin);
        }
        long number = Long.parseLong(text, begin, at, 10);
        taken('L'); // Python 2
        return number;
    }

    private void expect(char c) {
        if (!taken(c)) {
            throw defect("has no " + c + " at character " + at);
        }
    }

    private boolean taken(char c) {
        if (next() != c) {
            return false;
        }
        at++;
        return true;
    }

    /// The next character that is no blank, or the end.
    private char next() {
        while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\n')) {
            at++;
        }
        return at < text.length() ? text.charAt(at) : END;
    }

    private BadInputException defect(String what) {
        return new BadInputException(
                file + ": the header " + Shown.quoted(text) + " " + what,
                "it is not a .npy file, or is damaged: save it again with numpy.save.");
    }
}
