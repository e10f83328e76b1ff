// SPDX-License-Identifier: MIT
// The moving average of the trained weights, and the weights that evaluation gets from it.
#include "training/weight_average.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>

#include "support/specs.h"

namespace tinycnn::test {
namespace {

CompiledModel batch_norm_model() {
  return CompiledModel(model({2, 1, 1}, {linear("fc1", 3), plain("norm", LayerType::kBatchNorm1d),
                                         linear("fc2", 2)}),
                       1);
}

CompiledModel conv_model() {
  return CompiledModel(
      model({1, 4, 4}, {conv2d("conv", 2, {3, 3}), flatten("flatten"), linear("fc", 2)}), 1);
}

}  // namespace

TEST_CASE("without an average, and before the first step, the model's own weights are used") {
  const CompiledModel model = batch_norm_model();
  WeightAverage none;
  CHECK(!none.is_kept());
  CHECK(none.weights(model, 5).parameters.data() == model.parameters().data());
  CHECK(none.weights(model, 5).packed.data() == model.packed().data());
  WeightAverage kept(model.trainable_size());
  CHECK(kept.is_kept());
  CHECK(kept.weights(model, 0).parameters.data() == model.parameters().data());
}

TEST_CASE("the average is the weights after the first step, and its decay is warmed up") {
  WeightAverage average(16);
  const Buffer first(16, 2.0F);
  const Buffer second(16, 4.0F);
  average.update(0.75, 0, first, 0, 16);
  CHECK(std::ranges::all_of(average.values(), [](float value) { return value == 2.0F; }));
  average.update(0.999, 27, second, 8, 8);  // one part of two; 27 / (27 + 9) is 0.75
  CHECK(average.values()[7] == 2.0F);
  CHECK(average.values()[8] == 0.75F * 2.0F + 0.25F * 4.0F);
  average.update(0.5, 27, second, 0, 8);
  CHECK(average.values()[0] == 0.5F * 2.0F + 0.5F * 4.0F);
}

TEST_CASE("evaluation sees the average of what is trained and the model's own buffers") {
  CompiledModel model = batch_norm_model();
  const std::size_t trained = model.trainable_size();
  WeightAverage average(trained);
  std::ranges::fill(average.mutable_values(), 0.5F);
  std::ranges::fill(model.mutable_parameters().subspan(trained), 3.0F);
  const EvaluationWeights weights = average.weights(model, 1);
  CHECK(weights.parameters.size() == model.parameters().size());
  CHECK(weights.parameters[0] == 0.5F);
  CHECK(weights.parameters[trained] == 3.0F);
  CHECK(weights.packed.size() == model.packed().size());
  CHECK(model.parameters()[0] != 0.5F);
}

TEST_CASE("the average is packed anew only after the parameters have changed") {
  CompiledModel model = conv_model();
  WeightAverage average(model.trainable_size());
  std::ranges::fill(average.mutable_values(), 0.5F);
  const EvaluationWeights weights = average.weights(model, 1);
  CHECK(weights.packed[0] == 0.5F);
  std::ranges::fill(average.mutable_values(), 0.25F);
  CHECK(average.weights(model, 1).packed[0] == 0.5F);
  model.parameters_changed();
  CHECK(average.weights(model, 1).packed[0] == 0.25F);
  CHECK(average.weights(model, 1).parameters[0] == 0.25F);
}

}  // namespace tinycnn::test
