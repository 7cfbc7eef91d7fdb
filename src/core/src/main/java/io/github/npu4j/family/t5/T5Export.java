package io.github.npu4j.family.t5;

import io.github.npu4j.family.Seq2SeqFolder;
import io.github.npu4j.onnx.OnnxModel;
import io.github.npu4j.store.Progress;
import io.github.npu4j.tensor.ElementType;
import io.github.npu4j.tensor.Npy;
import io.github.npu4j.tensor.Shape;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Writes the ONNX files of a T5 checkpoint into a folder. */
public final class T5Export {

  private final T5Checkpoint checkpoint;

  /** Prepares the export of a checkpoint, which stays open until it is done. */
  public T5Export(T5Checkpoint checkpoint) {
    this.checkpoint = checkpoint;
  }

  /**
   * Finds out what keeps the static form within float16.
   *
   * @param folder where {@link #writeFull} has written
   * @param samples the token ids of texts, end tokens included
   * @throws IOException if a file can't be written
   */
  T5Scaling scaling(Path folder, List<int[]> samples) throws IOException {
    return T5Scaling.of(T5Range.of(checkpoint, folder, samples), checkpoint.config());
  }

  /**
   * Writes the form with open shapes: {@code encoder_model.onnx}, {@code decoder_model.onnx} and
   * {@code decoder_with_past_model.onnx}, each whole or not at all. With so large a vocabulary that
   * answers come faster with it, also what {@link #writeFullWithShortlist} writes.
   *
   * @param folder where they go; made if it is not there
   * @throws IOException if a file can't be written
   */
  public void writeFull(Path folder, Progress progress) throws IOException {
    OnnxModel step = writeOptimum(folder, progress);
    if (T5Shortlist.pays(checkpoint.config())) {
      writeShortlist(folder, step, progress);
    }
  }

  /**
   * Writes the form with open shapes whatever the size of the vocabulary, with {@link
   * Seq2SeqFolder#SHORTLIST_STEP} and {@link Seq2SeqFolder#SHORTLIST_SCORES}: what finds the best
   * next token, by the full float32 scores, without computing all of them. They use weights in
   * {@code decoder_with_past_model.onnx}. A checkpoint whose output layer is 0 or not finite has no
   * such files.
   *
   * @param folder where they go; made if it is not there
   * @throws IOException if a file can't be written
   */
  public void writeFullWithShortlist(Path folder, Progress progress) throws IOException {
    writeShortlist(folder, writeOptimum(folder, progress), progress);
  }

  private OnnxModel writeOptimum(Path folder, Progress progress) throws IOException {
    Files.createDirectories(folder);
    T5DynamicGraphs graphs = new T5DynamicGraphs(checkpoint);
    graphs.encoder().write(folder.resolve(Seq2SeqFolder.ENCODER), progress);
    graphs.decoder().write(folder.resolve(Seq2SeqFolder.DECODER), progress);
    Path step = folder.resolve(Seq2SeqFolder.DECODER_WITH_PAST);
    graphs.decoderWithPast().write(step, progress);
    return OnnxModel.read(step);
  }

  private void writeShortlist(Path folder, OnnxModel step, Progress progress) throws IOException {
    Optional<ShortlistBounds> bounds =
        ShortlistBounds.of(checkpoint.weight(checkpoint.outputLayer()));
    if (bounds.isEmpty()) {
      return;
    }
    T5DynamicGraphs graphs = new T5DynamicGraphs(checkpoint);
    // What a Gather reads stays mapped if it is elsewhere: a file that is cut short then would end
    // the process. The other weights are packed, and their file is closed.
    Set<String> read = Set.of(T5Checkpoint.EMBEDDING, T5Checkpoint.OUTPUT);
    String name =
        Seq2SeqFolder.shortlistGraph(Files.size(folder.resolve(Seq2SeqFolder.DECODER_WITH_PAST)));
    graphs
        .shortlistStep(name, bounds.get())
        .elsewhere(step, weight -> !read.contains(weight))
        .write(folder.resolve(Seq2SeqFolder.SHORTLIST_STEP), progress);
    graphs
        .shortlistScores()
        .elsewhere(step, _ -> true)
        .write(folder.resolve(Seq2SeqFolder.SHORTLIST_SCORES), progress);
  }

  /**
   * Writes the static form, which HTP compiles and any CPU runs too: {@link
   * T5Files#STATIC_ENCODER}, {@link T5Files#STATIC_DECODER} and {@link
   * T5Files#STATIC_DECODER_BIAS}, each whole or not at all.
   *
   * <p>H are the heads, K their width, V the vocabulary, N each layer of the decoder.
   *
   * <ul>
   *   <li>Encoder: {@code input_ids [1,S] int32, mask [1,1,1,S] -> cross.N.key, cross.N.value
   *       [1,H,S,K]}.
   *   <li>Decoder: {@code token [1,1] int32, position_bias [1,H,1,L+1], self_mask [1,1,1,L+1],
   *       cross_mask [1,1,1,S], self.N.key, self.N.value [1,H,L,K], cross.N.key, cross.N.value
   *       [1,H,S,K] -> logits [1,1,V], new.N.key, new.N.value [1,H,1,K]}. The token's own key and
   *       value are attended to in place L; those of the step t belong into slot t.
   *   <li>Biases: {@code [H,L]}. The row of step t has at slot j the bias of the distance t-j, and
   *       at place L that of the distance 0.
   * </ul>
   *
   * <p>All but the ids is float32. {@link T5Buckets} makes the graphs for fewer tokens.
   *
   * @param folder where they go; made if it is not there
   * @param tokens S, the most tokens that the encoder takes
   * @param slots L, the most tokens that the decoder makes
   * @throws IOException if a file can't be written
   */
  public void writeStatic(Path folder, int tokens, int slots, Progress progress)
      throws IOException {
    writeStatic(folder, tokens, slots, T5Scaling.NONE, progress);
  }

  /** Writes the static form, scaled so that float16 holds it. */
  void writeStatic(Path folder, int tokens, int slots, T5Scaling scaling, Progress progress)
      throws IOException {
    Files.createDirectories(folder);
    T5StaticGraphs graphs = new T5StaticGraphs(checkpoint, scaling);
    graphs.encoder(tokens).write(folder.resolve(T5Files.STATIC_ENCODER), progress);
    graphs.decoder(tokens, slots).write(folder.resolve(T5Files.STATIC_DECODER), progress);
    MemorySegment biases = MemorySegment.ofArray(graphs.decoderBias(slots));
    Shape shape = Shape.of(checkpoint.config().attention().heads(), slots);
    new Npy(ElementType.FLOAT32, shape, biases).write(folder.resolve(T5Files.STATIC_DECODER_BIAS));
  }
}
