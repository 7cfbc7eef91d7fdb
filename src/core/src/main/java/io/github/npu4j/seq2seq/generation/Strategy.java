package io.github.npu4j.seq2seq.generation;

/** How the next token of an answer is chosen. */
public sealed interface Strategy {

  /** Returns how many answers come of one text. */
  int answers();

  /** Takes the most probable token at each step. */
  record Greedy() implements Strategy {
    @Override
    public int answers() {
      return 1;
    }
  }

  /**
   * Keeps the most probable unfinished answers at each step and returns the best finished ones, as
   * transformers' beam search does.
   *
   * @param beams how many unfinished answers go on, from 2 to {@link #MOST_BEAMS}
   * @param answers how many are returned, at most {@code beams}
   * @param lengthPenalty the exponent of the length that an answer's log-probability is divided by;
   *     above 0 it favours long answers
   * @param stopping when to stop looking for better ones
   */
  record Beams(int beams, int answers, float lengthPenalty, EarlyStopping stopping)
      implements Strategy {

    /** More beams than this are refused: each costs what a whole answer does. */
    public static final int MOST_BEAMS = 64;

    /** Checks the values. */
    public Beams {
      if (beams < 2 || beams > MOST_BEAMS) {
        throw new IllegalArgumentException(
            beams + " beams are not from 2 to " + MOST_BEAMS + "; one beam is Greedy");
      }
      if (answers < 1 || answers > beams) {
        throw new IllegalArgumentException(answers + " answers of " + beams + " beams can't be");
      }
      if (!Float.isFinite(lengthPenalty)) {
        throw new IllegalArgumentException("length penalty " + lengthPenalty + " is not finite");
      }
    }

    /** Returns a search that returns its best answer. */
    public static Beams of(int beams) {
      return new Beams(beams, 1, 1, EarlyStopping.LIKELY);
    }
  }

  /** When a beam search that has as many finished answers as beams looks no further. */
  enum EarlyStopping {
    /** At once; transformers' {@code true}. */
    AT_ONCE,
    /**
     * When the best unfinished answer, as long as it is now, is worse than the worst finished one;
     * transformers' {@code false}.
     */
    LIKELY,
    /**
     * When no unfinished answer can become better than the worst finished one; transformers' {@code
     * "never"}.
     */
    CERTAIN
  }

  /**
   * Draws each token by its probability. The same seed gives the same answer on the same machine.
   *
   * @param temperature what the scores are divided by; below 1 makes likely tokens likelier
   * @param topK draw from this number of the most probable tokens; 0 for all
   * @param topP draw from the most probable tokens that have this share of the probability together
   * @param seed where the random numbers begin
   * @param answers how many answers are drawn, from 1 to {@link Beams#MOST_BEAMS}
   * @param cut what else leaves tokens out, after top-k and top-p
   */
  record Sampling(float temperature, int topK, float topP, long seed, int answers, Cut cut)
      implements Strategy {

    /**
     * Which tokens are left out by their probability, in this order; at least one stays.
     *
     * @param minP those of less than this share of the best one's probability; 0 for none
     * @param typicalP all but the most typical ones that have this share together (Meister et al.
     *     2022); 1 for none
     * @param epsilon those of less than this probability (Hewitt et al. 2022); 0 for none
     * @param eta those of less than this probability, or less where the choice is open (the same);
     *     0 for none
     */
    public record Cut(float minP, float typicalP, float epsilon, float eta) {

      /** Nothing is left out. */
      public static final Cut NONE = new Cut(0, 1, 0, 0);

      /** Checks the values. */
      public Cut {
        if (!(minP >= 0 && minP <= 1)) {
          throw new IllegalArgumentException("min-p " + minP + " is not from 0 to 1");
        }
        if (!(typicalP > 0 && typicalP <= 1)) {
          throw new IllegalArgumentException(
              "typical-p " + typicalP + " is not above 0 and at most 1");
        }
        if (!(epsilon >= 0 && epsilon < 1) || !(eta >= 0 && eta < 1)) {
          throw new IllegalArgumentException(
              "cutoffs " + epsilon + " and " + eta + " are not from 0 to below 1");
        }
      }
    }

    /** Makes a strategy that leaves out nothing after top-k and top-p. */
    public Sampling(float temperature, int topK, float topP, long seed, int answers) {
      this(temperature, topK, topP, seed, answers, Cut.NONE);
    }

    /** Returns a copy that leaves out these tokens, too. */
    public Sampling withCut(Cut other) {
      return new Sampling(temperature, topK, topP, seed, answers, other);
    }

    /** Checks the values. */
    public Sampling {
      if (!(temperature > 0) || !Float.isFinite(temperature)) {
        throw new IllegalArgumentException(
            "temperature " + temperature + " is not above 0; Greedy is what 0 would mean");
      }
      if (topK < 0) {
        throw new IllegalArgumentException("top-k " + topK + " is negative");
      }
      if (!(topP > 0 && topP <= 1)) {
        throw new IllegalArgumentException("top-p " + topP + " is not above 0 and at most 1");
      }
      if (answers < 1 || answers > Beams.MOST_BEAMS) {
        throw new IllegalArgumentException(
            answers + " answers are not from 1 to " + Beams.MOST_BEAMS);
      }
    }

    /** Draws one answer from all tokens at temperature 1. */
    public static Sampling of(long seed) {
      return new Sampling(1, 0, 1, seed, 1);
    }
  }
}
