import io.github.npu4j.numeric.Similarity;
import io.github.npu4j.runtime.Device;
import io.github.npu4j.text.Embedder;
import io.github.npu4j.text.Embedding;
import io.github.npu4j.text.Role;
import java.util.List;

/** Finds the sentence that answers a question, on the NPU if this machine has one. */
void main() {
  List<String> sentences =
      List.of(
          "You can choose a new password in the settings.",
          "The meeting moved to Thursday at ten.",
          "A context binary holds a model that is compiled for one NPU.");
  try (Embedder embedder = Embedder.open("minilm", Device.AUTO)) {
    IO.println("runs on " + embedder.placement());
    List<Embedding> passages = embedder.embeddings(sentences, Role.PASSAGE);
    float[] question = embedder.embedding("How do I reset my password?", Role.QUERY).vector();
    for (int i = 0; i < sentences.size(); i++) {
      // The vectors have length 1, so their dot product is the cosine.
      double likeness = Similarity.dot(question, passages.get(i).vector());
      IO.println("%.3f  %s".formatted(likeness, sentences.get(i)));
    }
  }
}
