package io.github.npu4j.tokenizer.pattern;

import io.github.npu4j.tokenizer.pattern.CodeSet.Categories;
import io.github.npu4j.tokenizer.pattern.CodeSet.Not;
import io.github.npu4j.tokenizer.pattern.CodeSet.Range;
import io.github.npu4j.tokenizer.pattern.CodeSet.Union;
import java.lang.Character.UnicodeScript;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The sets of characters that Oniguruma's syntax has names for. */
final class Properties {

  private static final int MARKS =
      bits(Character.NON_SPACING_MARK)
          | bits(Character.COMBINING_SPACING_MARK)
          | bits(Character.ENCLOSING_MARK);
  private static final int PUNCTUATION =
      bits(Character.CONNECTOR_PUNCTUATION)
          | bits(Character.DASH_PUNCTUATION)
          | bits(Character.START_PUNCTUATION)
          | bits(Character.END_PUNCTUATION)
          | bits(Character.INITIAL_QUOTE_PUNCTUATION)
          | bits(Character.FINAL_QUOTE_PUNCTUATION)
          | bits(Character.OTHER_PUNCTUATION);
  private static final int SYMBOLS =
      bits(Character.MATH_SYMBOL)
          | bits(Character.CURRENCY_SYMBOL)
          | bits(Character.MODIFIER_SYMBOL)
          | bits(Character.OTHER_SYMBOL);
  private static final int CASED =
      bits(Character.UPPERCASE_LETTER)
          | bits(Character.LOWERCASE_LETTER)
          | bits(Character.TITLECASE_LETTER);
  private static final int LETTERS =
      CASED | bits(Character.MODIFIER_LETTER) | bits(Character.OTHER_LETTER);
  private static final int NUMBERS =
      bits(Character.DECIMAL_DIGIT_NUMBER)
          | bits(Character.LETTER_NUMBER)
          | bits(Character.OTHER_NUMBER);
  private static final int SEPARATORS =
      bits(Character.SPACE_SEPARATOR)
          | bits(Character.LINE_SEPARATOR)
          | bits(Character.PARAGRAPH_SEPARATOR);
  private static final int OTHERS =
      bits(Character.CONTROL)
          | bits(Character.FORMAT)
          | bits(Character.SURROGATE)
          | bits(Character.PRIVATE_USE)
          | bits(Character.UNASSIGNED);

  static final CodeSet ANY = new Range(0, Character.MAX_CODE_POINT);
  static final CodeSet SPACE =
      new Union(List.of(new Range('\t', '\r'), new Range(0x85, 0x85), new Categories(SEPARATORS)));
  static final CodeSet DIGIT = new Categories(bits(Character.DECIMAL_DIGIT_NUMBER));

  /** What {@code \w} stands for inside of a set. */
  static final CodeSet WORD_IN_SET =
      new Union(
          List.of(
              Character::isAlphabetic,
              new Categories(MARKS | bits(Character.DECIMAL_DIGIT_NUMBER)),
              new Categories(bits(Character.CONNECTOR_PUNCTUATION))));

  /** And outside of one: there, superscript digits and fractions of Latin-1 belong to it, too. */
  static final CodeSet WORD =
      new Union(
          List.of(
              WORD_IN_SET, new Range(0xb2, 0xb3), new Range(0xb9, 0xb9), new Range(0xbc, 0xbe)));

  static final CodeSet HEX_DIGIT =
      new Union(List.of(new Range('0', '9'), new Range('a', 'f'), new Range('A', 'F')));

  private static final CodeSet GRAPH =
      new Not(
          new Union(
              List.of(
                  SPACE,
                  new Categories(
                      bits(Character.CONTROL)
                          | bits(Character.UNASSIGNED)
                          | bits(Character.SURROGATE)))));

  private static final Map<String, CodeSet> BY_NAME =
      Map.ofEntries(
          Map.entry("any", ANY),
          Map.entry("assigned", new Not(new Categories(bits(Character.UNASSIGNED)))),
          Map.entry("ascii", new Range(0, 0x7f)),
          Map.entry("alpha", Character::isAlphabetic),
          Map.entry("alphabetic", Character::isAlphabetic),
          Map.entry("alnum", new Union(List.of(Character::isAlphabetic, DIGIT))),
          Map.entry(
              "blank",
              new Union(
                  List.of(new Range('\t', '\t'), new Categories(bits(Character.SPACE_SEPARATOR))))),
          Map.entry("cntrl", new Categories(bits(Character.CONTROL))),
          Map.entry("digit", DIGIT),
          Map.entry("graph", GRAPH),
          Map.entry(
              "print", new Union(List.of(GRAPH, new Categories(bits(Character.SPACE_SEPARATOR))))),
          Map.entry("lower", Character::isLowerCase),
          Map.entry("lowercase", Character::isLowerCase),
          Map.entry("upper", Character::isUpperCase),
          Map.entry("uppercase", Character::isUpperCase),
          Map.entry("space", SPACE),
          Map.entry("whitespace", SPACE),
          Map.entry("xdigit", HEX_DIGIT),
          Map.entry("word", WORD_IN_SET),
          Map.entry("ideographic", Character::isIdeographic),
          Map.entry("emoji", Character::isEmoji),
          Map.entry("emojipresentation", Character::isEmojiPresentation),
          Map.entry("emojimodifier", Character::isEmojiModifier),
          Map.entry("emojimodifierbase", Character::isEmojiModifierBase),
          Map.entry("emojicomponent", Character::isEmojiComponent),
          Map.entry("extendedpictographic", Character::isExtendedPictographic));

  private static final Map<String, Integer> CATEGORIES =
      Map.ofEntries(
          Map.entry("l", LETTERS),
          Map.entry("letter", LETTERS),
          Map.entry("lc", CASED),
          Map.entry("casedletter", CASED),
          Map.entry("lu", bits(Character.UPPERCASE_LETTER)),
          Map.entry("uppercaseletter", bits(Character.UPPERCASE_LETTER)),
          Map.entry("ll", bits(Character.LOWERCASE_LETTER)),
          Map.entry("lowercaseletter", bits(Character.LOWERCASE_LETTER)),
          Map.entry("lt", bits(Character.TITLECASE_LETTER)),
          Map.entry("titlecaseletter", bits(Character.TITLECASE_LETTER)),
          Map.entry("lm", bits(Character.MODIFIER_LETTER)),
          Map.entry("modifierletter", bits(Character.MODIFIER_LETTER)),
          Map.entry("lo", bits(Character.OTHER_LETTER)),
          Map.entry("otherletter", bits(Character.OTHER_LETTER)),
          Map.entry("m", MARKS),
          Map.entry("mark", MARKS),
          Map.entry("combiningmark", MARKS),
          Map.entry("mn", bits(Character.NON_SPACING_MARK)),
          Map.entry("nonspacingmark", bits(Character.NON_SPACING_MARK)),
          Map.entry("mc", bits(Character.COMBINING_SPACING_MARK)),
          Map.entry("spacingmark", bits(Character.COMBINING_SPACING_MARK)),
          Map.entry("me", bits(Character.ENCLOSING_MARK)),
          Map.entry("enclosingmark", bits(Character.ENCLOSING_MARK)),
          Map.entry("n", NUMBERS),
          Map.entry("number", NUMBERS),
          Map.entry("nd", bits(Character.DECIMAL_DIGIT_NUMBER)),
          Map.entry("decimalnumber", bits(Character.DECIMAL_DIGIT_NUMBER)),
          Map.entry("nl", bits(Character.LETTER_NUMBER)),
          Map.entry("letternumber", bits(Character.LETTER_NUMBER)),
          Map.entry("no", bits(Character.OTHER_NUMBER)),
          Map.entry("othernumber", bits(Character.OTHER_NUMBER)),
          Map.entry("p", PUNCTUATION),
          Map.entry("punctuation", PUNCTUATION),
          Map.entry("punct", PUNCTUATION | SYMBOLS),
          Map.entry("pc", bits(Character.CONNECTOR_PUNCTUATION)),
          Map.entry("connectorpunctuation", bits(Character.CONNECTOR_PUNCTUATION)),
          Map.entry("pd", bits(Character.DASH_PUNCTUATION)),
          Map.entry("dashpunctuation", bits(Character.DASH_PUNCTUATION)),
          Map.entry("ps", bits(Character.START_PUNCTUATION)),
          Map.entry("openpunctuation", bits(Character.START_PUNCTUATION)),
          Map.entry("pe", bits(Character.END_PUNCTUATION)),
          Map.entry("closepunctuation", bits(Character.END_PUNCTUATION)),
          Map.entry("pi", bits(Character.INITIAL_QUOTE_PUNCTUATION)),
          Map.entry("initialpunctuation", bits(Character.INITIAL_QUOTE_PUNCTUATION)),
          Map.entry("pf", bits(Character.FINAL_QUOTE_PUNCTUATION)),
          Map.entry("finalpunctuation", bits(Character.FINAL_QUOTE_PUNCTUATION)),
          Map.entry("po", bits(Character.OTHER_PUNCTUATION)),
          Map.entry("otherpunctuation", bits(Character.OTHER_PUNCTUATION)),
          Map.entry("s", SYMBOLS),
          Map.entry("symbol", SYMBOLS),
          Map.entry("sm", bits(Character.MATH_SYMBOL)),
          Map.entry("mathsymbol", bits(Character.MATH_SYMBOL)),
          Map.entry("sc", bits(Character.CURRENCY_SYMBOL)),
          Map.entry("currencysymbol", bits(Character.CURRENCY_SYMBOL)),
          Map.entry("sk", bits(Character.MODIFIER_SYMBOL)),
          Map.entry("modifiersymbol", bits(Character.MODIFIER_SYMBOL)),
          Map.entry("so", bits(Character.OTHER_SYMBOL)),
          Map.entry("othersymbol", bits(Character.OTHER_SYMBOL)),
          Map.entry("z", SEPARATORS),
          Map.entry("separator", SEPARATORS),
          Map.entry("zs", bits(Character.SPACE_SEPARATOR)),
          Map.entry("spaceseparator", bits(Character.SPACE_SEPARATOR)),
          Map.entry("zl", bits(Character.LINE_SEPARATOR)),
          Map.entry("lineseparator", bits(Character.LINE_SEPARATOR)),
          Map.entry("zp", bits(Character.PARAGRAPH_SEPARATOR)),
          Map.entry("paragraphseparator", bits(Character.PARAGRAPH_SEPARATOR)),
          Map.entry("c", OTHERS),
          Map.entry("other", OTHERS),
          Map.entry("cc", bits(Character.CONTROL)),
          Map.entry("control", bits(Character.CONTROL)),
          Map.entry("cf", bits(Character.FORMAT)),
          Map.entry("format", bits(Character.FORMAT)),
          Map.entry("co", bits(Character.PRIVATE_USE)),
          Map.entry("privateuse", bits(Character.PRIVATE_USE)),
          Map.entry("cs", bits(Character.SURROGATE)),
          Map.entry("surrogate", bits(Character.SURROGATE)),
          Map.entry("cn", bits(Character.UNASSIGNED)),
          Map.entry("unassigned", bits(Character.UNASSIGNED)));

  private Properties() {}

  private static int bits(int category) {
    return 1 << category;
  }

  /**
   * Returns the set of a name, in which case, blanks, hyphens and underscores do not count.
   *
   * @throws PatternException if there is none
   */
  static CodeSet named(String name) {
    String plain = name.toLowerCase(Locale.ROOT).replaceAll("[ _-]", "");
    CodeSet set = BY_NAME.get(plain);
    if (set != null) {
      return set;
    }
    Integer categories = CATEGORIES.get(plain);
    if (categories != null) {
      return new Categories(categories);
    }
    try {
      UnicodeScript script = UnicodeScript.forName(name.trim().replace(' ', '_').replace('-', '_'));
      return codePoint -> UnicodeScript.of(codePoint) == script;
    } catch (IllegalArgumentException unknown) {
      throw new PatternException("has the unknown property " + name);
    }
  }
}
