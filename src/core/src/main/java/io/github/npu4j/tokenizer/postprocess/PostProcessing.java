package io.github.npu4j.tokenizer.postprocess;

/**
 * What happens to the tokens of a text, or of two, in the end.
 *
 * @param single the template of one text
 * @param pair the template of two
 * @param trimOffsets whether whitespace is left out of where tokens come from
 * @param addedPrefixSpace whether a first space was put there by the pre-tokenizer, and stays
 */
public record PostProcessing(
    Template single, Template pair, boolean trimOffsets, boolean addedPrefixSpace) {

  /** Nothing is put around texts. */
  public static final PostProcessing NONE =
      new PostProcessing(Template.plain(false), Template.plain(true), false, false);
}
