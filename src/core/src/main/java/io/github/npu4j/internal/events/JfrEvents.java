package io.github.npu4j.internal.events;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/** The events as the Flight Recorder has them. Not to be touched where there is no recorder. */
final class JfrEvents {

  private static final String CATEGORY = "npu4j";

  /** Never recorded: whether events of their kind are, is asked of these, so that none is made. */
  static final Opening OPENING = new Opening();

  static final Loading LOADING = new Loading();
  static final Embedding EMBEDDING = new Embedding();
  static final Generating GENERATING = new Generating();

  private JfrEvents() {}

  static Events.Open beginOpen() {
    Opening event = new Opening();
    event.begin();
    return event;
  }

  static Events.Load beginLoad() {
    Loading event = new Loading();
    event.begin();
    return event;
  }

  static Events.Embed beginEmbed() {
    Embedding event = new Embedding();
    event.begin();
    return event;
  }

  static Events.Generate beginGenerate() {
    Generating event = new Generating();
    event.begin();
    return event;
  }

  @Name("io.github.npu4j.Open")
  @Label("Model Opening")
  @Description("A model was opened, with its tokenizer and all that belongs to it")
  @Category(CATEGORY)
  @StackTrace(false)
  static final class Opening extends Event implements Events.Open {
    @Label("Model")
    String model = "";

    @Label("Device")
    String device = "";

    @Label("Engine")
    String engine = "";

    @Label("Detail")
    @Description("The libraries and options in use")
    String detail = "";

    @Label("Passed Over")
    @Description("The better ways to run it, with the reasons against them")
    String passedOver = "";

    @Override
    public void end(String model, String device, String engine, String detail, String passedOver) {
      this.model = model;
      this.device = device;
      this.engine = engine;
      this.detail = detail;
      this.passedOver = passedOver;
      commit();
    }
  }

  @Name("io.github.npu4j.Load")
  @Label("Model Load")
  @Description("One file was loaded into an engine: a context binary or an ONNX model")
  @Category(CATEGORY)
  @StackTrace(false)
  static final class Loading extends Event implements Events.Load {
    @Label("File")
    String file = "";

    @Label("Size")
    @Description("Of the file itself; external data of an ONNX model is not counted")
    @DataAmount
    long bytes;

    @Label("Device")
    String device = "";

    @Label("Engine")
    String engine = "";

    @Override
    public void end(String file, long bytes, String device, String engine) {
      this.file = file;
      this.bytes = bytes;
      this.device = device;
      this.engine = engine;
      commit();
    }
  }

  @Name("io.github.npu4j.Embed")
  @Label("Embedding")
  @Description("An encoder ran once, on one text or a batch")
  @Category(CATEGORY)
  @StackTrace(false)
  static final class Embedding extends Event implements Events.Embed {
    @Label("Model")
    String model = "";

    @Label("Device")
    String device = "";

    @Label("Engine")
    String engine = "";

    @Label("Texts")
    int texts;

    @Label("Tokens")
    @Description("Of all texts, padding not counted")
    int tokens;

    @Label("Bucket")
    @Description("The tokens that each text was padded to")
    int bucket;

    @Label("Queue Time")
    @Description("The wait for a turn on the device, part of the duration")
    @Timespan
    long queueTime;

    @Override
    public void end(
        String model,
        String device,
        String engine,
        int texts,
        int tokens,
        int bucket,
        long queueNanos) {
      this.model = model;
      this.device = device;
      this.engine = engine;
      this.texts = texts;
      this.tokens = tokens;
      this.bucket = bucket;
      this.queueTime = queueNanos;
      commit();
    }
  }

  @Name("io.github.npu4j.Generate")
  @Label("Generation")
  @Description("Answers to some texts were generated together")
  @Category(CATEGORY)
  @StackTrace(false)
  static final class Generating extends Event implements Events.Generate {
    @Label("Model")
    String model = "";

    @Label("Device")
    String device = "";

    @Label("Engine")
    String engine = "";

    @Label("Texts")
    int texts;

    @Label("Input Tokens")
    int inputTokens;

    @Label("Output Tokens")
    int outputTokens;

    @Label("Bucket")
    @Description("The tokens that each text was padded to; 0 where there are no buckets")
    int bucket;

    @Label("Steps")
    @Description("Steps of the decoder")
    int steps;

    @Label("Queue Time")
    @Description("The waits for turns on the device, part of the duration")
    @Timespan
    long queueTime;

    @Override
    public void end(
        String model,
        String device,
        String engine,
        int texts,
        int inputTokens,
        int outputTokens,
        int bucket,
        int steps,
        long queueNanos) {
      this.model = model;
      this.device = device;
      this.engine = engine;
      this.texts = texts;
      this.inputTokens = inputTokens;
      this.outputTokens = outputTokens;
      this.bucket = bucket;
      this.steps = steps;
      this.queueTime = queueNanos;
      commit();
    }
  }
}
