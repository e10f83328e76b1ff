// SPDX-License-Identifier: MIT
// Everything in the fuzzers' corpus passes, in every build: what they found once and what they
// start from. The files are compiled in, as WebAssembly has none.
#include <doctest/doctest.h>

#include <cstdint>
#include <span>
#include <string_view>

#include "fuzz/targets.h"
#include "fuzz_corpus.h"

namespace tinycnn::test {

TEST_CASE("every model of the fuzzers' corpus is refused or trains") {
  CHECK(kModelSpecCorpus.size() > 5);
  for (const CorpusFile& file : kModelSpecCorpus) {
    CAPTURE(file.name);
    fuzz::model_spec(file.bytes);
  }
}

TEST_CASE("every checkpoint of the fuzzers' corpus is refused or restored") {
  CHECK(kCheckpointCorpus.size() > 2);
  for (const CorpusFile& file : kCheckpointCorpus) {
    CAPTURE(file.name);
    fuzz::checkpoint(file.bytes);
  }
}

TEST_CASE("every file of the fuzzers' corpus is refused or imported") {
  const auto run = [](const auto& corpus, void (*target)(std::span<const std::uint8_t>)) {
    CHECK(corpus.size() > 2);
    for (const CorpusFile& file : corpus) {
      CAPTURE(file.name);
      target(file.bytes);
    }
  };
  run(kOnnxCorpus, fuzz::onnx);
  run(kSafetensorsCorpus, fuzz::safetensors);
  run(kTorchFileCorpus, fuzz::torch_file);
  run(kJsonCorpus, fuzz::json);
}

}  // namespace tinycnn::test
