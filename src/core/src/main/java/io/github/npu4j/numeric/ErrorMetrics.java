package io.github.npu4j.numeric;

import io.github.npu4j.tensor.Quantization;
import io.github.npu4j.tensor.TensorSpec;
import java.lang.foreign.MemorySegment;

/**
 * How far a tensor is from the one that was expected.
 *
 * <p>Elements that are NaN or infinite on either side and are not the same on both are counted in
 * {@link #nanCount} and left out of the other figures; so are those that are the same NaN or
 * infinity on both, without being counted.
 *
 * @param elements how many elements were compared
 * @param cosine the cosine between the two tensors as vectors; 1 if both are zero, 0 if one is
 * @param maxAbsoluteError the largest difference
 * @param meanAbsoluteError the mean difference over the finite elements
 * @param sqnrDecibels the expected signal's energy against the difference's, in dB; infinite if
 *     there is no difference, negative infinity if there is one and no signal
 * @param nanCount elements that are not finite where the other side's are, or differ in kind
 * @param peak the largest magnitude of the expected tensor's finite elements
 * @param zeroShare the share of the expected elements that are below a thousandth of the peak, from
 *     0 to 1
 */
public record ErrorMetrics(
    long elements,
    double cosine,
    double maxAbsoluteError,
    double meanAbsoluteError,
    double sqnrDecibels,
    long nanCount,
    double peak,
    double zeroShare) {

  /** What is smaller than this part of the peak is next to nothing beside it. */
  private static final double NEXT_TO_NOTHING = 1e-3;

  /**
   * Compares two tensors, each by its own element type and quantization.
   *
   * @param expected the reference's packed elements
   * @param expectedSpec what they are
   * @param actual the packed elements to judge
   * @param actualSpec what those are; the same number of elements
   * @throws IllegalArgumentException if the numbers of elements differ, a segment is too small, or
   *     a quantization is one that is only described
   */
  public static ErrorMetrics compare(
      MemorySegment expected,
      TensorSpec expectedSpec,
      MemorySegment actual,
      TensorSpec actualSpec) {
    long elements = expectedSpec.shape().elements();
    if (elements != actualSpec.shape().elements()) {
      throw new IllegalArgumentException(expectedSpec + " can't be compared with " + actualSpec);
    }
    RealValues reference = RealValues.of(expected, expectedSpec);
    RealValues judged = RealValues.of(actual, actualSpec);
    double product = 0;
    double referenceEnergy = 0;
    double judgedEnergy = 0;
    double errorEnergy = 0;
    double errorSum = 0;
    double errorMaximum = 0;
    double peak = 0;
    long finite = 0;
    long strange = 0;
    for (long i = 0; i < elements; i++) {
      double wanted = reference.at(i);
      double got = judged.at(i);
      if (Double.isFinite(wanted) && Double.isFinite(got)) {
        double error = Math.abs(wanted - got);
        product += wanted * got;
        referenceEnergy += wanted * wanted;
        judgedEnergy += got * got;
        peak = Math.max(peak, Math.abs(wanted));
        errorEnergy += error * error;
        errorSum += error;
        errorMaximum = Math.max(errorMaximum, error);
        finite++;
      } else if (Double.compare(wanted, got) != 0) {
        strange++;
      }
    }
    return new ErrorMetrics(
        elements,
        cosine(product, referenceEnergy, judgedEnergy),
        errorMaximum,
        finite == 0 ? 0 : errorSum / finite,
        errorEnergy == 0
            ? Double.POSITIVE_INFINITY
            : 10 * Math.log10(referenceEnergy / errorEnergy),
        strange,
        peak,
        elements == 0 ? 0 : (double) below(reference, elements, peak) / elements);
  }

  private static long below(RealValues values, long elements, double peak) {
    long count = 0;
    for (long i = 0; i < elements; i++) {
      if (Math.abs(values.at(i)) <= peak * NEXT_TO_NOTHING) {
        count++;
      }
    }
    return count;
  }

  private static double cosine(double product, double a, double b) {
    if (a == 0 && b == 0) {
      return 1;
    }
    return a == 0 || b == 0 ? 0 : product / (Math.sqrt(a) * Math.sqrt(b));
  }

  /** Reads the real values that a tensor's elements stand for. */
  private record RealValues(
      MemorySegment data, TensorSpec spec, double[] scales, long[] zeroPoints, long inner) {

    static RealValues of(MemorySegment data, TensorSpec spec) {
      Convert.requireSize(data, spec.byteSize(), spec.name());
      return switch (spec.quantization().orElse(null)) {
        case null -> new RealValues(data, spec, new double[] {1}, new long[] {0}, 1);
        case Quantization.PerTensor(float scale, int zeroPoint) ->
            new RealValues(data, spec, new double[] {scale}, new long[] {zeroPoint}, 1);
        case Quantization.PerAxis perAxis -> {
          float[] scales = perAxis.scales();
          double[] wide = new double[scales.length];
          int[] offsets = perAxis.zeroPoints();
          long[] zeroPoints = new long[scales.length];
          for (int i = 0; i < scales.length; i++) {
            wide[i] = scales[i];
            zeroPoints[i] = offsets[i];
          }
          long inner = Convert.elementsInside(spec.shape(), perAxis.axis(), scales.length);
          yield new RealValues(data, spec, wide, zeroPoints, inner);
        }
        case Quantization.Described(String encoding) ->
            throw new IllegalArgumentException("the encoding " + encoding + " can't be compared");
      };
    }

    double at(long index) {
      double stored = Convert.element(data, spec.type(), index);
      int channel = scales.length == 1 ? 0 : (int) (index / inner % scales.length);
      return (stored - zeroPoints[channel]) * scales[channel];
    }
  }
}
