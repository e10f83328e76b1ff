// SPDX-License-Identifier: MIT
// One image through a model, for every layer's output.
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

TEST_CASE("inspection sees the normalized image and every layer's own output") {
  const CompiledModel model(spec(), 3);
  const EvaluationWeights weights{model.parameters(), model.packed()};
  const Normalization normalization{.mean = 0.5, .std = 0.25};
  Inspection inspection(model);
  inspection.inspect(kImage, normalization, weights);
  CHECK(inspection.input()[0] == (0.0F - 0.5F) / 0.25F);
  CHECK(inspection.input()[15 * kLanes] == (1.0F - 0.5F) / 0.25F);
  for (std::size_t i = 0; i < 3; ++i) {
    float logit = model.parameters()[model.parameter_views()[3].offset + i];
    const std::size_t row = model.parameter_views()[2].offset + i * 8;
    for (std::size_t j = 0; j < 8; ++j) {
      logit += model.parameters()[row + j] * inspection.output(2)[j * kLanes];
    }
    CHECK(inspection.output(3)[i * kLanes] == doctest::Approx(logit));
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
  CHECK(wrong_refusal([&] { inspection.inspect(std::vector<float>(15), {}, weights); },
                      {"[predict]", "expected 16 pixels", "got 15"}) == "");
}

}  // namespace tinycnn::test
