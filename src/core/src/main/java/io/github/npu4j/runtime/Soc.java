package io.github.npu4j.runtime;

import io.github.npu4j.error.BadInputException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A Qualcomm system on a chip that has an HTP: the number QNN knows it by and its HTP architecture.
 *
 * <p>Numbers and architectures are as published in ExecuTorch's Qualcomm backend (its SoC schema)
 * and the ggml QNN backend; those of the two Snapdragon X generations were also tried with the
 * compiler.
 *
 * @param model QNN's SoC model number
 * @param name the name npu4j uses for it, in lower case
 * @param chip the part number or product name
 * @param arch the HTP architecture, 73 for v73
 */
public record Soc(int model, String name, String chip, int arch) {

  /** Snapdragon X Elite and X Plus. */
  public static final Soc X_ELITE = new Soc(60, "x-elite", "SC8380XP, Snapdragon X Elite", 73);

  /** Snapdragon X2 Elite. */
  public static final Soc X2_ELITE = new Soc(88, "x2-elite", "SC8480XP, Snapdragon X2 Elite", 81);

  private static final List<Soc> KNOWN =
      List.of(
          X_ELITE,
          X2_ELITE,
          new Soc(30, "sm8350", "Snapdragon 888", 68),
          new Soc(36, "sm8450", "Snapdragon 8 Gen 1", 69),
          new Soc(37, "sc8280x", "Snapdragon 8cx Gen 3", 68),
          new Soc(39, "sa8295", "SA8295P", 68),
          new Soc(41, "sm7450", "Snapdragon 7 Gen 1", 69),
          new Soc(42, "sm8475", "Snapdragon 8+ Gen 1", 69),
          new Soc(43, "sm8550", "Snapdragon 8 Gen 2", 73),
          new Soc(45, "sxr1230p", "SXR1230P", 73),
          new Soc(46, "ssg2115p", "SSG2115P", 73),
          new Soc(52, "sa8255", "SA8255P", 73),
          new Soc(53, "sxr2230p", "SXR2230P", 69),
          new Soc(57, "sm8650", "Snapdragon 8 Gen 3", 75),
          new Soc(58, "ssg2125p", "SSG2125P", 73),
          new Soc(62, "sa8540", "SA8540P", 68),
          new Soc(69, "sm8750", "Snapdragon 8 Elite", 79),
          new Soc(72, "sa8797", "SA8797P", 81),
          new Soc(75, "sxr2330p", "SXR2330P", 79),
          new Soc(77, "qcs9100", "QCS9100", 73),
          new Soc(87, "sm8850", "Snapdragon 8 Elite Gen 5", 81),
          new Soc(93, "qcm6490", "QCM6490", 68),
          new Soc(95, "sar2230p", "SAR2230P", 81),
          new Soc(96, "sw6100", "SW6100", 81),
          new Soc(97, "sm8845", "Snapdragon 8 Gen 5", 81));

  /** Returns every SoC in the table, the two laptop generations first. */
  public static List<Soc> known() {
    return KNOWN;
  }

  /** Returns the SoC of a QNN model number; empty if the table has none. */
  public static Optional<Soc> of(int model) {
    return KNOWN.stream().filter(soc -> soc.model == model).findFirst();
  }

  /**
   * Reads {@code x-elite}, another name of the table, or a model number of the table.
   *
   * @throws BadInputException if the table has no such SoC
   */
  public static Soc parse(String text) {
    String wanted = text.strip().toLowerCase(Locale.ROOT);
    return KNOWN.stream()
        .filter(soc -> soc.name.equals(wanted) || Integer.toString(soc.model).equals(wanted))
        .findFirst()
        .orElseThrow(() ->
            new BadInputException(
                "no SoC named " + text,
                "the table has "
                    + KNOWN.stream()
                        .map(soc -> soc.name + " (" + soc.model + ")")
                        .collect(Collectors.joining(", ")),
                "Use one of these names or numbers."));
  }

  /** Returns the SoC as {@code x-elite (SoC model 60, HTP v73)}. */
  @Override
  public String toString() {
    return name + " (SoC model " + model + ", HTP v" + arch + ")";
  }
}
