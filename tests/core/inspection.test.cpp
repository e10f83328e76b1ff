// SPDX-License-Identifier: MIT
// One image through a model, for its prediction and for every layer's output.
#include "training/inspection.h"

#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <vector>

#include "support/refusal.h"
#include "support/specs.h"

namespace tinycnn::test {
namespace {

ModelSpec spec() {
  return model({1, 4, 4},
               {conv2d("conv", 2, {3, 3}), relu("relu"), flatten("flat"), linear("fc", 3)});
}
constexpr std::array<float, 16> kImage{0,  10, 20,  30,  40,  50,  60,  70,
                                       80, 90, 100, 110, 120, 130, 140, 255};

}  // namespace

TEST_CASE("inspection sees the normalized image and predicts what prediction does") {
  const CompiledModel model(spec(), 3);
  const EvaluationWeights weights{model.parameters(), model.packed()};
  const Normalization normalization{.mean = 0.5, .std = 0.25};
  Inspection inspection(model);
  const auto predicted = inspection.predict(kImage, normalization, weights);
  std::vector<float> logits;
  for (std::size_t i = 0; i < 3; ++i) {
    logits.push_back(predicted[i * kLanes]);
  }
  inspection.inspect(kImage, normalization, weights);
  CHECK(inspection.input()[0] == (0.0F - 0.5F) / 0.25F);
  CHECK(inspection.input()[15 * kLanes] == (1.0F - 0.5F) / 0.25F);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(inspection.output(3)[i * kLanes] == logits[i]);
  }
  for (std::size_t i = 0; i < 8; ++i) {  // the layers keep outputs of their own
    const float before = inspection.output(0)[i * kLanes];
    CHECK(inspection.output(1)[i * kLanes] == (before > 0.0F ? before : 0.0F));
  }
}

TEST_CASE("an image of another size is refused with both sizes") {
  const CompiledModel model(spec(), 3);
  const EvaluationWeights weights{model.parameters(), model.packed()};
  Inspection inspection(model);
  CHECK(wrong_refusal([&] { inspection.predict(std::vector<float>(15), {}, weights); },
                      {"[predict]", "expected 16 pixels", "got 15"}) == "");
}

}  // namespace tinycnn::test
