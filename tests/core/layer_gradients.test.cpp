// SPDX-License-Identifier: MIT
// Finite-difference checks of every layer type: its output, and the gradients of all its inputs
// and parameters, against a network in double precision.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "layers/layer.h"
#include "support/double_network.h"
#include "support/finite_differences.h"
#include "support/random_values.h"
#include "support/specs.h"

using tinycnn::Activation;
using tinycnn::Buffer;
using tinycnn::kLanes;
using tinycnn::Layer;
using tinycnn::LayerSpec;
using tinycnn::LayerSummary;
using tinycnn::Shape;
using tinycnn::test::compare_with_differences;
using tinycnn::test::Comparison;
using tinycnn::test::conv2d;
using tinycnn::test::DoubleNetwork;
using tinycnn::test::Evaluated;
using tinycnn::test::flatten;
using tinycnn::test::linear;
using tinycnn::test::max_pool2d;
using tinycnn::test::Pass;
using tinycnn::test::RandomValues;
using tinycnn::test::relu;

namespace {

// Values lie in [-1, 1] and sums have some hundred terms, each rounded to 24 bits (6e-8).
constexpr double kTolerance = 2e-5;

std::vector<double> to_doubles(std::span<const float> values) {
  return {values.begin(), values.end()};
}

/// Sample b of a block.
std::vector<double> lane(std::span<const float> block, std::size_t b) {
  std::vector<double> values;
  for (std::size_t i = b; i < block.size(); i += kLanes) {
    values.push_back(block[i]);
  }
  return values;
}

/// A layer run forward and backward on random numbers, beside its twin in double precision.
class LayerCheck {
 public:
  LayerCheck(const Shape& input, const LayerSpec& spec, Activation activation)
      : layers_(tinycnn::summarize(
                    tinycnn::test::model(input, {spec, relu("r"), flatten("f"), linear("l", 1)}))
                    .layers),
        has_relu_(activation == Activation::kReLU),
        twin_({layers_.begin(), layers_.begin() + (has_relu_ ? 2 : 1)}) {
    const std::unique_ptr<Layer> layer = tinycnn::make_layer(summary(), activation);
    run(*layer);
    twin_.set_parameters(weights());
  }

  [[nodiscard]] double worst_output_error() const {
    double worst = 0.0;
    for (std::size_t b = 0; b < kLanes; ++b) {
      const std::vector<double> expected = twin_.forward(lane(input_, b)).outputs.back();
      const std::vector<double> actual = lane(output_, b);
      for (std::size_t i = 0; i < expected.size(); ++i) {
        worst = std::max(worst, std::abs(expected[i] - actual[i]));
      }
    }
    return worst;
  }

  [[nodiscard]] std::vector<Comparison> input_gradients() const {
    std::vector<Comparison> results;
    for (std::size_t b = 0; b < kLanes; ++b) {
      std::vector<double> variables = lane(input_, b);
      results.push_back(compare_with_differences(variables, lane(d_input_, b),
                                                 [&] { return objective(variables, b); }));
    }
    return results;
  }

  [[nodiscard]] Comparison weight_gradients() {
    std::vector<double> variables = weights();
    std::vector<double> gradient = to_doubles(d_weight_);
    gradient.insert(gradient.end(), d_bias_.begin(), d_bias_.end());
    return compare_with_differences(variables, gradient, [&] {
      twin_.set_parameters(variables);
      Evaluated total;
      for (std::size_t b = 0; b < kLanes; ++b) {
        const Evaluated one = objective(lane(input_, b), b);
        total.value += one.value;
        total.branches.insert(total.branches.end(), one.branches.begin(), one.branches.end());
      }
      return total;
    });
  }

 private:
  [[nodiscard]] const LayerSummary& summary() const { return layers_.front(); }

  [[nodiscard]] std::vector<double> weights() const {
    std::vector<double> values = to_doubles(weight_);
    values.insert(values.end(), bias_.begin(), bias_.end());
    return values;
  }

  /// Sum of outputs weighted by their gradients: what backward differentiates.
  [[nodiscard]] Evaluated objective(const std::vector<double>& input, std::size_t b) const {
    const Pass pass = twin_.forward(input);
    const std::vector<double> factors = lane(d_output_, b);
    double sum = 0.0;
    for (std::size_t i = 0; i < factors.size(); ++i) {
      sum += factors[i] * pass.outputs.back()[i];
    }
    return {sum, pass.branches};
  }

  void run(const Layer& layer) {
    RandomValues random;
    input_ = random.floats(summary().input.block_size());
    d_output_ = random.floats(summary().output.block_size());
    for (const tinycnn::ParameterSpec& parameter : summary().parameters) {
      (parameter.name.ends_with(".bias") ? bias_ : weight_) = random.floats(parameter.size());
    }
    output_.resize(d_output_.size());
    d_input_.resize(input_.size());
    d_weight_.resize(weight_.size());
    d_bias_.resize(bias_.size());
    Buffer packed(layer.packed_size());
    Buffer cache(layer.cache_size());
    Buffer scratch(layer.scratch_size());
    layer.pack(weight_, packed);
    layer.forward({{weight_, bias_, packed}, input_, output_, cache, scratch});
    Buffer d_output = d_output_;  // a layer may overwrite it
    layer.backward({{weight_, bias_, packed},
                    input_,
                    output_,
                    d_output,
                    d_input_,
                    d_weight_,
                    d_bias_,
                    cache,
                    scratch});
  }

  std::vector<LayerSummary> layers_;
  bool has_relu_;
  DoubleNetwork twin_;
  Buffer weight_, bias_, input_, output_, d_output_, d_input_, d_weight_, d_bias_;
};

void check_layer(const Shape& input, const LayerSpec& spec,
                 Activation activation = Activation::kNone) {
  const std::string name = spec.name;
  CAPTURE(name);
  LayerCheck check(input, spec, activation);
  CHECK(check.worst_output_error() < kTolerance);
  for (const Comparison& c : check.input_gradients()) {
    CHECK(c.worst < kTolerance);
    CHECK(c.compared > 0);
    CHECK(c.at_kinks * 50 <= c.compared);
  }
  const Comparison c = check.weight_gradients();
  CHECK(c.worst < kTolerance);
  CHECK(c.at_kinks * 50 <= c.compared);
}

}  // namespace

TEST_CASE("conv2d's gradients are those of finite differences") {
  check_layer({2, 5, 4}, conv2d("3x3", 3, {3, 3}));
  check_layer({1, 4, 4}, conv2d("without bias", 2, {2, 2}, {.bias = false}));
  check_layer({3, 5, 5}, conv2d("1x1", 5, {1, 1}));
  check_layer({2, 6, 5}, conv2d("rectangular", 2, {2, 5}));
}

TEST_CASE("conv2d's gradients are right with strides and padding, also uneven ones") {
  check_layer({2, 7, 8}, conv2d("stride 2", 3, {3, 3}, {.stride = {2, 2}}));
  check_layer({2, 8, 7}, conv2d("stride 3x1", 2, {2, 3}, {.stride = {3, 1}}));
  check_layer({2, 5, 5}, conv2d("padding 1", 3, {3, 3}, {.padding = {1, 1}}));
  check_layer({1, 6, 5}, conv2d("all", 5, {3, 5}, {.stride = {2, 3}, .padding = {2, 4}}));
}

TEST_CASE("conv2d's and linear's gradients are right with a fused ReLU") {
  check_layer({2, 5, 5}, conv2d("conv2d", 4, {3, 3}, {.padding = {1, 0}}), Activation::kReLU);
  check_layer({17, 1, 1}, linear("linear", 6), Activation::kReLU);
}

TEST_CASE("linear's gradients are those of finite differences") {
  check_layer({1, 1, 1}, linear("1 to 1", 1));
  check_layer({17, 1, 1}, linear("17 to 7", 7));
  check_layer({8, 1, 1}, linear("without bias", 3, false));
}

TEST_CASE("the gradients of relu, max-pool and flatten are those of finite differences") {
  check_layer({3, 4, 5}, relu("relu"));
  check_layer({2, 6, 6}, max_pool2d("pool", {2, 2}));
  check_layer({2, 7, 5}, max_pool2d("overlapping pool", {3, 2}, {2, 1}));
  check_layer({1, 7, 7}, max_pool2d("pool with gaps", {2, 2}, {3, 3}));
  check_layer({3, 2, 2}, flatten("flatten"));
}
