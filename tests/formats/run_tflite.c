/* SPDX-License-Identifier: MIT
 *
 * run_tflite LIBRARY MODEL IMAGES SCORES COUNT KERNELS: runs TensorFlow Lite's interpreter over COUNT images, of the model's type as they
 * lie in the file, in one batch, and writes the scores. KERNELS: "optimized", those that the interpreter takes by itself, or "reference".
 * Its C API is declared here, so that no headers are needed; C++ is called by the names that its compiler gives.
 */
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *library;

static void *function(const char *name) {
  void *found = dlsym(library, name);
  if (found == NULL) {
    fprintf(stderr, "%s\n", dlerror());
    exit(1);
  }
  return found;
}

static void require(int holds, const char *what) {
  if (!holds) {
    fprintf(stderr, "%s failed\n", what);
    exit(1);
  }
}

/* Calls a function of the library: CALL(result type, name, (argument types))(arguments). */
#define CALL(result, name, types) ((result(*) types)(uintptr_t)function(name))

static char *read_file(const char *name, size_t *size) {
  FILE *file = fopen(name, "rb");
  char *bytes;
  require(file != NULL && fseek(file, 0, SEEK_END) == 0, name);
  *size = (size_t)ftell(file);
  rewind(file);
  bytes = malloc(*size);
  require(bytes != NULL && fread(bytes, 1, *size, file) == *size, name);
  fclose(file);
  return bytes;
}

/* tflite::ops::builtin::BuiltinRefOpResolver finds them; its two FindOp methods are what the C API takes as functions of an object. */
static void use_reference_kernels(void *options) {
  static double resolver[512]; /* larger than the object */
  CALL(void, "_ZN6tflite3ops7builtin20BuiltinRefOpResolverC1Ev", (void *))(resolver);
  CALL(void, "TfLiteInterpreterOptionsSetOpResolver", (void *, void *, void *, void *))
  (options, function("_ZNK6tflite3ops7builtin20BuiltinRefOpResolver6FindOpENS_15BuiltinOperatorEi"),
   function("_ZNK6tflite3ops7builtin20BuiltinRefOpResolver6FindOpEPKci"), resolver);
}

int main(int argc, char **argv) {
  size_t model_size, images_size, scores_size;
  char *model_bytes, *images, *scores;
  void *model, *options, *interpreter, *input;
  const void *output;
  int sizes[8], rank, i;
  FILE *results;
  require(argc == 7, "expected six arguments: reading them");
  library = dlopen(argv[1], RTLD_NOW);
  require(library != NULL, "loading the library");
  model_bytes = read_file(argv[2], &model_size);
  images = read_file(argv[3], &images_size);
  model = CALL(void *, "TfLiteModelCreate", (const void *, size_t))(model_bytes, model_size);
  require(model != NULL, "reading the model");
  options = CALL(void *, "TfLiteInterpreterOptionsCreate", (void))();
  if (strcmp(argv[6], "reference") == 0) {
    use_reference_kernels(options);
  }
  interpreter = CALL(void *, "TfLiteInterpreterCreate", (const void *, const void *))(model, options);
  require(interpreter != NULL, "making an interpreter");
  input = CALL(void *, "TfLiteInterpreterGetInputTensor", (const void *, int32_t))(interpreter, 0);
  rank = CALL(int32_t, "TfLiteTensorNumDims", (const void *))(input);
  sizes[0] = atoi(argv[5]);
  for (i = 1; i < rank && i < 8; ++i) {
    sizes[i] = CALL(int32_t, "TfLiteTensorDim", (const void *, int32_t))(input, i);
  }
  require(CALL(int, "TfLiteInterpreterResizeInputTensor", (void *, int32_t, const int *, int32_t))(interpreter, 0, sizes,
                                                                                                 rank) == 0,
          "setting the batch size");
  require(CALL(int, "TfLiteInterpreterAllocateTensors", (void *))(interpreter) == 0, "allocating tensors");
  require(CALL(int, "TfLiteTensorCopyFromBuffer", (void *, const void *, size_t))(input, images, images_size) == 0,
          "setting the input");
  require(CALL(int, "TfLiteInterpreterInvoke", (void *))(interpreter) == 0, "running the model");
  output = CALL(const void *, "TfLiteInterpreterGetOutputTensor", (const void *, int32_t))(interpreter, 0);
  scores_size = CALL(size_t, "TfLiteTensorByteSize", (const void *))(output);
  scores = malloc(scores_size);
  require(CALL(int, "TfLiteTensorCopyToBuffer", (const void *, void *, size_t))(output, scores, scores_size) == 0,
          "reading the output");
  results = fopen(argv[4], "wb");
  require(results != NULL && fwrite(scores, 1, scores_size, results) == scores_size && fclose(results) == 0,
          "writing the scores");
  return 0;
}
