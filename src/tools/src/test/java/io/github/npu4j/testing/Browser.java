package io.github.npu4j.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A headless Chromium with one page, steered by the DevTools protocol. For one thread.
 *
 * <p>Everything that the page logs, throws or asks the network for is kept.
 */
public final class Browser implements AutoCloseable {

  private static final List<String> NAMES =
      List.of("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome");

  private static final String LISTENING = "DevTools listening on ";
  private static final long PATIENCE_SECONDS = 60;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Process process;
  private final HttpClient client = HttpClient.newHttpClient();
  private final BlockingQueue<JsonNode> received = new LinkedBlockingQueue<>();
  private final List<String> complaints = new ArrayList<>();
  private final List<String> requests = new ArrayList<>();
  private final WebSocket socket;
  private String session = "";
  private int sent;

  /** Returns the browser on the PATH, if there is one. */
  public static Optional<Path> find() {
    for (String folder : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)) {
      for (String name : NAMES) {
        Path file = Path.of(folder, name);
        if (Files.isExecutable(file)) {
          return Optional.of(file);
        }
      }
    }
    return Optional.empty();
  }

  /** Returns the names that {@link #find()} looks for. */
  public static String names() {
    return String.join(", ", NAMES);
  }

  /**
   * Starts a browser.
   *
   * @param executable as {@link #find()} found it
   * @param profile an empty folder for what it writes
   */
  public static Browser start(Path executable, Path profile) throws IOException {
    List<String> command =
        List.of(
            executable.toString(),
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-background-networking",
            "--disable-component-update",
            "--no-first-run",
            "--remote-debugging-port=0",
            "--user-data-dir=" + profile,
            "about:blank");
    Process process =
        new ProcessBuilder(command).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
    try {
      return new Browser(process);
    } catch (IOException | RuntimeException failed) {
      end(process);
      throw failed;
    }
  }

  private Browser(Process process) throws IOException {
    this.process = process;
    BufferedReader errors = process.errorReader();
    String line = errors.readLine();
    while (line != null && !line.startsWith(LISTENING)) {
      line = errors.readLine();
    }
    if (line == null) {
      throw new IOException("the browser ended before it listened");
    }
    Thread.ofVirtual().start(() -> errors.lines().forEach(_ -> {}));
    this.socket =
        client
            .newWebSocketBuilder()
            .buildAsync(URI.create(line.substring(LISTENING.length()).strip()), new Receiver())
            .join();
    String target =
        call("Target.createTarget", Map.of("url", "about:blank")).get("targetId").asText();
    session =
        call("Target.attachToTarget", Map.of("targetId", target, "flatten", true))
            .get("sessionId")
            .asText();
    for (String domain : List.of("Page", "Runtime", "Log", "Network")) {
      call(domain + ".enable", Map.of());
    }
  }

  /** Gathers the pieces of messages. */
  private final class Receiver implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
      text.append(data);
      if (last) {
        try {
          received.add(JSON.readTree(text.toString()));
        } catch (IOException malformed) {
          throw new IllegalStateException(malformed);
        }
        text.setLength(0);
      }
      from.request(1);
      return null;
    }
  }

  /**
   * Shows pages on a screen of this size, to a reader who prefers {@code light} or {@code dark}.
   */
  public void screen(int width, int height, String scheme) throws IOException {
    call(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
    call(
        "Emulation.setEmulatedMedia",
        Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
  }

  /** Opens a file and waits until it is shown. */
  public void open(Path page) throws IOException {
    call("Page.navigate", Map.of("url", page.toUri().toString()));
    JsonNode event = next();
    while (!event.path("method").asText().equals("Page.loadEventFired")) {
      event = next();
    }
  }

  /** Returns the value of an expression in the page. */
  public JsonNode evaluate(String expression) throws IOException {
    JsonNode answer =
        call("Runtime.evaluate", Map.of("expression", expression, "returnByValue", true));
    if (answer.has("exceptionDetails")) {
      throw new IOException(answer.get("exceptionDetails").toString());
    }
    return answer.get("result").path("value");
  }

  /** Returns what the pages logged or threw so far. */
  public List<String> complaints() {
    return List.copyOf(complaints);
  }

  /** Returns the addresses that the pages asked for so far, their own included. */
  public List<String> requests() {
    return List.copyOf(requests);
  }

  private JsonNode call(String method, Map<String, ?> parameters) throws IOException {
    int id = ++sent;
    ObjectNode message = JSON.createObjectNode().put("id", id).put("method", method);
    message.set("params", JSON.valueToTree(parameters));
    if (!session.isEmpty()) {
      message.put("sessionId", session);
    }
    socket.sendText(message.toString(), true).join();
    JsonNode answer = next();
    while (answer.path("id").asInt() != id) {
      answer = next();
    }
    if (answer.has("error")) {
      throw new IOException(method + ": " + answer.get("error"));
    }
    return answer.get("result");
  }

  private JsonNode next() throws IOException {
    JsonNode message;
    try {
      message = received.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException(interrupted);
    }
    if (message == null) {
      throw new IOException("the browser says nothing any more");
    }
    switch (message.path("method").asText()) {
      case "Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded" ->
          complaints.add(message.get("params").toString());
      case "Network.requestWillBeSent" -> requests.add(message.at("/params/request/url").asText());
      default -> {}
    }
    return message;
  }

  /** Ends the browser. */
  @Override
  public void close() {
    session = "";
    try {
      call("Browser.close", Map.of());
    } catch (IOException | RuntimeException gone) {
      complaints.add(String.valueOf(gone.getMessage()));
    }
    socket.abort();
    client.close();
    end(process);
  }

  /** Waits a while for the processes to end, and then ends them. */
  private static void end(Process process) {
    List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
    all.add(process.toHandle());
    for (ProcessHandle one : all) {
      try {
        one.onExit().get(PATIENCE_SECONDS / 10, TimeUnit.SECONDS);
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        one.destroyForcibly();
      } catch (ExecutionException | TimeoutException running) {
        one.destroyForcibly();
      }
    }
  }
}
