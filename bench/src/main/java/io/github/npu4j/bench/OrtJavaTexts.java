package io.github.npu4j.bench;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** ONNX Runtime's Java package and DJL's tokenizer put together by hand, batches padded. */
final class OrtJavaTexts implements EmbedRival {
  private static final int BATCH = 32;

  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final OrtSession session;
  private final HuggingFaceTokenizer tokenizer;
  private final boolean mean;

  OrtJavaTexts(Path folder) throws Exception {
    session = environment.createSession(folder.resolve("model.onnx").toString());
    tokenizer =
        HuggingFaceTokenizer.builder()
            .optTokenizerPath(folder.resolve("tokenizer.json"))
            .optPadding(true)
            .optTruncation(true)
            .optMaxLength(256)
            .build();
    mean =
        new ObjectMapper()
            .readTree(folder.resolve("npu4j.json").toFile())
            .required("pooling")
            .asText()
            .equals("mean");
  }

  @Override
  public float[] embed(String text) throws OrtException {
    return run(List.of(text)).getFirst();
  }

  @Override
  public List<float[]> embedAll(List<String> texts) throws OrtException {
    List<float[]> vectors = new ArrayList<>(texts.size());
    for (int from = 0; from < texts.size(); from += BATCH) {
      vectors.addAll(run(texts.subList(from, Math.min(from + BATCH, texts.size()))));
    }
    return vectors;
  }

  private List<float[]> run(List<String> texts) throws OrtException {
    Encoding[] encodings = tokenizer.batchEncode(texts);
    int length = encodings[0].getIds().length;
    LongBuffer ids = LongBuffer.allocate(texts.size() * length);
    LongBuffer mask = LongBuffer.allocate(texts.size() * length);
    LongBuffer types = LongBuffer.allocate(texts.size() * length);
    for (Encoding encoding : encodings) {
      ids.put(encoding.getIds());
      mask.put(encoding.getAttentionMask());
      types.put(encoding.getTypeIds());
    }
    long[] shape = {texts.size(), length};
    try (OnnxTensor idTensor = OnnxTensor.createTensor(environment, ids.flip(), shape);
        OnnxTensor maskTensor = OnnxTensor.createTensor(environment, mask.flip(), shape);
        OnnxTensor typeTensor = OnnxTensor.createTensor(environment, types.flip(), shape);
        OrtSession.Result result =
            session.run(
                Map.of(
                    "input_ids", idTensor,
                    "attention_mask", maskTensor,
                    "token_type_ids", typeTensor))) {
      FloatBuffer hidden = ((OnnxTensor) result.get(0)).getFloatBuffer();
      int dimensions = hidden.capacity() / (texts.size() * length);
      List<float[]> vectors = new ArrayList<>(texts.size());
      for (int row = 0; row < texts.size(); row++) {
        vectors.add(pooled(hidden, row * length, encodings[row].getAttentionMask(), dimensions));
      }
      return vectors;
    }
  }

  private float[] pooled(FloatBuffer hidden, int first, long[] mask, int dimensions) {
    float[] vector = new float[dimensions];
    for (int token = 0; token < (mean ? mask.length : 1) && mask[token] != 0; token++) {
      for (int i = 0; i < dimensions; i++) {
        vector[i] += hidden.get((first + token) * dimensions + i);
      }
    }
    double squares = 0;
    for (float value : vector) {
      squares += (double) value * value;
    }
    float scale = (float) (1 / Math.sqrt(squares));
    for (int i = 0; i < dimensions; i++) {
      vector[i] *= scale;
    }
    return vector;
  }

  @Override
  public void close() throws OrtException {
    session.close();
    tokenizer.close();
  }
}
