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

}  // namespace tinycnn::test
