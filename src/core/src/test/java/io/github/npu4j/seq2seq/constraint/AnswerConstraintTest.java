package io.github.npu4j.seq2seq.constraint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.error.BadInputException;
import io.github.npu4j.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnswerConstraintTest {

  @TempDir static Path folder;
  private static TestTokenizers tokenizers;

  @BeforeAll
  static void open() throws IOException {
    tokenizers = TestTokenizers.in(folder);
  }

  @AfterAll
  static void close() {
    tokenizers.close();
  }

  private static List<Integer> allowed(Constraint constraint) {
    long[] words = new long[8];
    constraint.allowed(words);
    List<Integer> tokens = new ArrayList<>();
    for (int id = 0; id < words.length * 64; id++) {
      if ((words[id >> 6] >>> id & 1) != 0) {
        tokens.add(id);
      }
    }
    return tokens;
  }

  /** Returns all answers there are, by taking every way. */
  private static Set<String> answers(Tokenizer tokenizer, Constraint constraint) {
    Set<String> found = new TreeSet<>();
    follow(tokenizer, constraint, new long[0], found);
    return found;
  }

  private static void follow(
      Tokenizer tokenizer, Constraint constraint, long[] ids, Set<String> found) {
    List<Integer> tokens = allowed(constraint);
    assertTrue(!tokens.isEmpty(), "a dead end");
    for (int token : tokens) {
      if (token == 1) {
        assertTrue(found.add(tokenizer.decode(ids)));
      } else {
        long[] more = Arrays.copyOf(ids, ids.length + 1);
        more[ids.length] = token;
        follow(tokenizer, constraint.after(token), more, found);
      }
    }
  }

  @Test
  void allowsTheAnswersAndNothingElse() {
    for (Tokenizer tokenizer : tokenizers.all()) {
      Set<String> answers = Set.of("alarm_set", "alarm", "alarm_cancel", "call", "", "a b");
      Constraint constraint = Constraint.answers(tokenizer, List.copyOf(answers));
      assertEquals(answers, answers(tokenizer, constraint));
    }
  }

  @Test
  void takesAnAnswerTwiceForOne() {
    Tokenizer tokenizer = tokenizers.bytes();
    Constraint constraint = Constraint.answers(tokenizer, List.of("on", "off", "on"));
    assertEquals(Set.of("on", "off"), answers(tokenizer, constraint));
    assertEquals(List.of(3 + (int) 'o'), allowed(constraint));
    assertEquals(List.of(3 + 'f', 3 + 'n'), allowed(constraint.after(3 + 'o')));
    assertEquals(List.of(1), allowed(constraint.after(3 + 'o').after(3 + 'n')));
  }

  @Test
  void leavesOutWhatDoesNotEndInTimeUnlessNothingDoes() {
    Tokenizer tokenizer = tokenizers.bytes();
    Constraint constraint = Constraint.answers(tokenizer, List.of("no", "never", "yes"));
    assertEquals(Set.of("no", "yes"), answers(tokenizer, constraint.within(4)));
    assertEquals(Set.of("no"), answers(tokenizer, constraint.within(3)));
    assertEquals(Set.of("no", "never", "yes"), answers(tokenizer, constraint.within(2)));
    assertEquals(Set.of("no", "never", "yes"), answers(tokenizer, constraint.within(6)));
  }

  @Test
  void refusesAnEmptyListAndAnswersThatChange() {
    Tokenizer tokenizer = tokenizers.pieces();
    assertThrows(BadInputException.class, () -> Constraint.answers(tokenizer, List.of()));
    for (String changing : List.of(" a", "a  b", "a ", "\u6771", "\u2581")) {
      String message =
          assertThrows(
                  BadInputException.class,
                  () -> Constraint.answers(tokenizer, List.of("fine", changing)))
              .getMessage();
      assertTrue(message.contains("\"" + changing + "\" comes back"), message);
    }
  }

  @Test
  void refusesATokenThatIsNotAllowed() {
    Constraint constraint = Constraint.answers(tokenizers.bytes(), List.of("on"));
    assertThrows(IllegalArgumentException.class, () -> constraint.after(3 + 'x'));
  }
}
