package io.github.npu4j.error;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class NpuExceptionTest {

  @Test
  void messageSaysWhatWhyAndWhatToDo() {
    NpuException error = new BadModelException("can't read a.bin", "it is empty", "Copy it again.");
    assertEquals("can't read a.bin: it is empty. Copy it again.", error.getMessage());
  }

  @Test
  void emptyPartsLeaveNoPunctuationBehind() {
    assertEquals("gone", new ModelMissingException("gone", "", "").getMessage());
    assertEquals("gone. Pull it.", new ModelMissingException("gone", "", "Pull it.").getMessage());
  }

  @Test
  void nativeErrorNamesFunctionCodeAndTheLibrarysWords() {
    NativeCallException error =
        new NativeCallException(
            "QNN", "QnnGraph_execute", 1000, "QNN_COMMON_ERROR_NOT_SUPPORTED", "no", "", "");
    assertEquals(
        "QNN QnnGraph_execute failed with error 1000 (QNN_COMMON_ERROR_NOT_SUPPORTED): no",
        error.getMessage());
    assertEquals(1000, error.code());
  }

  @Test
  void meaningComesBeforeTheLibrarysWords() {
    NativeCallException error =
        new NativeCallException("QNN", "f", 1, "X", "raw words", "the file is damaged", "Pull it.");
    assertEquals(
        "QNN f failed with error 1 (X): the file is damaged [raw words]. Pull it.",
        error.getMessage());
  }
}
