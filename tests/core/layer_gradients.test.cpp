// SPDX-License-Identifier: MIT
// Finite-difference checks of every layer type: its output, and the gradients of all its inputs
// and parameters, against a network in double precision. The mini-batch has 11 samples: a block,
// and one of which three lanes are in use and five hold nonsense.
// Long because it has a case for each layer type.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "layers/layer.h"
#include "reference/reference.h"
#include "support/double_network.h"
#include "support/finite_differences.h"
#include "support/random_values.h"
#include "support/specs.h"

namespace tinycnn::test {
namespace {

// Values lie in [-1, 1] and sums have some hundred terms, each rounded to 24 bits (6e-8).
constexpr double kTolerance = 2e-5;
constexpr std::size_t kSamples = 11;
constexpr std::size_t kBlocks = 2;

struct CheckOptions {
  Activation activation = Activation::kNone;
  bool drops_out = false;
};

/// The model's input and what the layer to be checked reads beside it. The layer is the last.
struct Setting {
  Shape input{};
  std::vector<LayerSpec> layers;
};

/// One block's share of every array.
struct BlockArrays {
  std::vector<Buffer> inputs, d_inputs;
  Buffer output, d_output, cache, scratch, statistics;
};

/// A layer run forward and backward on random numbers, and the same in double precision.
class LayerCheck {
 public:
  LayerCheck(const Setting& setting, const CheckOptions& options)
      : options_(options),
        pass_{.mode = Mode::kTrain,
              .drops_out = options.drops_out,
              .seed = 77,
              .step = 5,
              .samples = kSamples} {
    std::vector<LayerSpec> layers = setting.layers;
    layers.insert(layers.end(), {flatten("f"), linear("l", 1)});
    summary_ = summarize(model(setting.input, layers)).layers[setting.layers.size() - 1];
    const std::vector<LayerSummary> all = summarize(model(setting.input, layers)).layers;
    for (const int source : summary_.inputs) {
      shapes_.push_back(source < 0 ? setting.input : all[static_cast<std::size_t>(source)].output);
    }
    make_arrays();
    run(*make_layer(summary_, options.activation));
    for (std::size_t i = 0; i < shapes_.size(); ++i) {
      inputs_.push_back(
          samples_of([i](const BlockArrays& b) -> const Buffer& { return b.inputs[i]; }));
    }
    factors_ = samples_of([](const BlockArrays& b) -> const Buffer& { return b.d_output; });
    read_parameters(summary_, weights().cbegin(), parameters_);
  }

  [[nodiscard]] double worst_output_error() const {
    std::vector<int> branches;
    const Samples expected = in_double(branches);
    const Samples actual =
        samples_of([](const BlockArrays& b) -> const Buffer& { return b.output; });
    double worst = 0.0;
    for (std::size_t sample = 0; sample < kSamples; ++sample) {
      for (std::size_t i = 0; i < expected[sample].size(); ++i) {
        worst = std::max(worst, std::abs(expected[sample][i] - actual[sample][i]));
      }
    }
    return worst;
  }

  /// For each input, of all samples together.
  [[nodiscard]] std::vector<Comparison> input_gradients() {
    std::vector<Comparison> results;
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
      const Samples gradients =
          samples_of([i](const BlockArrays& b) -> const Buffer& { return b.d_inputs[i]; });
      for (std::size_t sample = 0; sample < kSamples; ++sample) {
        results.push_back(compare_with_differences(inputs_[i][sample], gradients[sample],
                                                   [&] { return objective(); }));
      }
    }
    return results;
  }

  [[nodiscard]] Comparison weight_gradients() {
    std::vector<double> variables = weights();
    std::vector<double> gradient(d_weight_.begin(), d_weight_.end());
    gradient.insert(gradient.end(), d_bias_.begin(), d_bias_.end());
    gradient.resize(variables.size());
    return compare_with_differences(variables, gradient, [&] {
      read_parameters(summary_, variables.cbegin(), parameters_);
      return objective();
    });
  }

  /// Whether gradients of lanes without a sample are zero.
  [[nodiscard]] bool unused_lanes_stay_zero() const {
    for (const Buffer& d_input : blocks_.back().d_inputs) {
      for (std::size_t i = 0; i < d_input.size(); ++i) {
        if (i % kLanes >= kSamples % kLanes && d_input[i] != 0.0F) {
          return false;
        }
      }
    }
    return true;
  }

 private:
  [[nodiscard]] std::vector<double> weights() const {
    std::vector<double> values(weight_.begin(), weight_.end());
    values.insert(values.end(), bias_.begin(), bias_.end());
    values.resize(values.size() + running_size_);  // not read while training
    return values;
  }

  /// The samples of one of the blocks' arrays, lane by lane.
  template <class Select>
  [[nodiscard]] Samples samples_of(const Select& select) const {
    Samples samples;
    for (std::size_t sample = 0; sample < kSamples; ++sample) {
      const Buffer& block = select(blocks_[sample / kLanes]);
      Values& values = samples.emplace_back();
      for (std::size_t i = sample % kLanes; i < block.size(); i += kLanes) {
        values.push_back(block[i]);
      }
    }
    return samples;
  }

  [[nodiscard]] Samples in_double(std::vector<int>& branches) const {
    std::vector<const Samples*> inputs;
    for (const Samples& input : inputs_) {
      inputs.push_back(&input);
    }
    Behavior behavior{.on_batch = true};
    if (options_.drops_out) {
      behavior.dropout = [this](const LayerSummary&, std::size_t sample, std::size_t element) {
        return mask_factor(sample, element);
      };
    }
    Samples outputs = run_layer(summary_, parameters_, inputs, behavior, branches);
    if (options_.activation == Activation::kReLU) {
      LayerSummary fused;
      fused.spec = relu("relu");
      outputs = run_layer(fused, {}, {&outputs}, {}, branches);
    }
    return outputs;
  }

  /// From the layer's own cache: that it is the right mask is for other tests.
  [[nodiscard]] double mask_factor(std::size_t sample, std::size_t element) const {
    const Buffer& mask = blocks_[sample / kLanes].cache;
    const std::size_t repeat = summary_.input.block_size() / mask.size();
    return mask[element / repeat * kLanes + sample % kLanes];
  }

  /// Sum of outputs weighted by their gradients: what backward differentiates.
  [[nodiscard]] Evaluated objective() const {
    Evaluated result;
    const Samples outputs = in_double(result.branches);
    for (std::size_t sample = 0; sample < kSamples; ++sample) {
      for (std::size_t i = 0; i < outputs[sample].size(); ++i) {
        result.value += factors_[sample][i] * outputs[sample][i];
      }
    }
    return result;
  }

  void make_arrays() {
    RandomValues random;
    for (const ParameterSpec& parameter : summary_.parameters) {
      if (parameter.trainable) {
        (parameter.name.ends_with(".bias") ? bias_ : weight_) = random.floats(parameter.size());
      } else {
        running_size_ += parameter.size();
      }
    }
    d_weight_.resize(weight_.size());
    d_bias_.resize(bias_.size());
    for (std::size_t block = 0; block < kBlocks; ++block) {
      BlockArrays& arrays = blocks_.emplace_back();
      for (const Shape& shape : shapes_) {
        arrays.inputs.push_back(random.floats(shape.block_size()));
        arrays.d_inputs.emplace_back(shape.block_size());
      }
      arrays.d_output = random.floats(summary_.output.block_size());
      for (std::size_t i = 0; i < arrays.d_output.size(); ++i) {
        // A loss gives lanes without a sample no gradient.
        arrays.d_output[i] *= block * kLanes + i % kLanes < kSamples ? 1.0F : 0.0F;
      }
    }
  }

  /// What Plan and BatchRunner do for one layer.
  void run(const Layer& layer) {
    Buffer packed(layer.packed_size());
    Buffer shared(layer.shared_size());
    Buffer running(4 * kLanes);  // read by nobody while training
    Buffer packed_backward(layer.packed_backward_size());
    layer.pack(weight_, packed);
    layer.pack_backward(weight_, packed_backward);
    const Weights weights{weight_, bias_, running, packed, packed_backward};
    std::vector<std::span<float>> statistics;
    for (BlockArrays& arrays : blocks_) {
      arrays.output.resize(arrays.d_output.size());
      arrays.cache.resize(layer.cache_size());
      arrays.scratch.resize(layer.scratch_size());
      arrays.statistics.resize(layer.statistics_size());
      statistics.emplace_back(arrays.statistics);
    }
    std::vector<std::vector<std::span<const float>>> inputs(kBlocks);
    std::vector<std::vector<std::span<float>>> d_inputs(kBlocks);
    std::vector<Buffer> d_outputs;  // copies, for a layer may overwrite them
    const auto forward_of = [&](std::size_t block) {
      BlockForward operands;
      fill(operands, block, weights, shared, inputs[block]);
      operands.output = blocks_[block].output;
      return operands;
    };
    const auto backward_of = [&](std::size_t block) {
      BlockBackward operands;
      fill(operands, block, weights, shared, inputs[block]);
      operands.output = blocks_[block].output;
      operands.d_output = d_outputs[block];
      operands.d_inputs = d_inputs[block];
      operands.d_weight = d_weight_;
      operands.d_bias = d_bias_;
      return operands;
    };
    for (std::size_t block = 0; block < kBlocks; ++block) {
      for (std::size_t i = 0; i < shapes_.size(); ++i) {
        inputs[block].emplace_back(blocks_[block].inputs[i]);
        d_inputs[block].emplace_back(blocks_[block].d_inputs[i]);
      }
      d_outputs.push_back(blocks_[block].d_output);
      layer.forward_statistics(forward_of(block), statistics[block]);
    }
    layer.reduce_forward_statistics(pass_, weights, statistics, shared, running);
    for (std::size_t block = 0; block < kBlocks; ++block) {
      layer.forward(forward_of(block));
      layer.backward_statistics(backward_of(block), statistics[block]);
    }
    layer.reduce_backward_statistics(pass_, weights, statistics, shared);
    for (std::size_t block = 0; block < kBlocks; ++block) {
      layer.backward(backward_of(block));
    }
  }

  void fill(Block& operands, std::size_t block, const Weights& weights, std::span<float> shared,
            const std::vector<std::span<const float>>& inputs) {
    operands.pass = pass_;
    operands.first_sample = block * kLanes;
    operands.weights = weights;
    operands.inputs = inputs;
    operands.cache = blocks_[block].cache;
    operands.scratch = blocks_[block].scratch;
    operands.shared = shared;
  }

  CheckOptions options_;
  Pass pass_;
  LayerSummary summary_;
  std::vector<Shape> shapes_;
  std::vector<BlockArrays> blocks_;
  Buffer weight_, bias_, d_weight_, d_bias_;
  std::size_t running_size_ = 0;
  std::vector<Samples> inputs_;
  Samples factors_;
  LayerParameters parameters_;
};

void check_layer(const Setting& setting, const CheckOptions& options = {}) {
  const std::string name = setting.layers.back().name;
  CAPTURE(name);
  LayerCheck check(setting, options);
  CHECK(check.worst_output_error() < kTolerance);
  CHECK(check.unused_lanes_stay_zero());
  for (const Comparison& c : check.input_gradients()) {
    CHECK(c.worst < kTolerance);
    CHECK(c.compared > 0);
    CHECK(c.at_kinks * 50 <= c.compared);
  }
  const Comparison c = check.weight_gradients();
  CHECK(c.worst < kTolerance);
  CHECK(c.at_kinks * 50 <= c.compared);
}

void check_layer(const Shape& input, const LayerSpec& spec, const CheckOptions& options = {}) {
  check_layer(Setting{input, {spec}}, options);
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
  check_layer({2, 4, 4}, conv2d("beyond the kernel", 3, {3, 3}, {.padding = {4, 3}}));
  check_layer({1, 6, 5}, conv2d("all", 5, {3, 5}, {.stride = {2, 3}, .padding = {2, 4}}));
}

TEST_CASE("conv2d's gradients are right whichever passes use Winograd's method") {
  // Which passes do depends on the shape: see winograd_forward_pays and winograd_backward_pays.
  check_layer({3, 5, 5}, conv2d("forward", 4, {3, 3}, {.padding = {1, 1}}));
  check_layer({4, 6, 6}, conv2d("forward without padding", 4, {3, 3}));
  check_layer({8, 4, 4}, conv2d("backward", 8, {3, 3}));
  check_layer({6, 4, 2}, conv2d("backward with padding", 6, {3, 3}, {.padding = {0, 1}}));
  check_layer({9, 4, 5}, conv2d("both", 7, {3, 3}, {.padding = {1, 1}}));
  check_layer({3, 6, 7}, conv2d("forward of 5x5", 4, {5, 5}, {.padding = {2, 1}}));
  check_layer({12, 4, 5}, conv2d("groups", 14, {3, 3}, {.padding = {1, 1}, .groups = 2}),
              {.activation = Activation::kReLU});
}

TEST_CASE("conv2d's and linear's gradients are right with a fused ReLU") {
  check_layer({2, 5, 5}, conv2d("conv2d", 4, {3, 3}, {.padding = {1, 0}}),
              {.activation = Activation::kReLU});
  check_layer({17, 1, 1}, linear("linear", 6), {.activation = Activation::kReLU});
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

TEST_CASE("conv2d's gradients are right with groups, also with a channel each") {
  check_layer({4, 5, 4}, conv2d("2 groups", 6, {3, 3}, {.groups = 2}));
  check_layer({3, 5, 5}, conv2d("depthwise", 3, {3, 3}, {.padding = {1, 1}, .groups = 3}));
  check_layer({3, 6, 5}, conv2d("all", 6, {2, 3},
                                {.stride = {2, 1}, .padding = {1, 2}, .bias = false, .groups = 3}));
  check_layer({4, 5, 5}, conv2d("fused", 4, {3, 3}, {.padding = {1, 0}, .groups = 4}),
              {.activation = Activation::kReLU});
}

TEST_CASE("conv2d's gradients are right with dilation") {
  check_layer({2, 7, 8}, conv2d("dilated", 3, {3, 3}, {.padding = {2, 2}, .dilation = {2, 2}}));
  check_layer(
      {4, 8, 7},
      conv2d(
          "all", 6, {2, 3},
          {.stride = {2, 1}, .padding = {1, 3}, .bias = false, .groups = 2, .dilation = {3, 2}}));
  check_layer({2, 9, 9}, conv2d("scattered", 3, {2, 2}, {.stride = {6, 6}, .dilation = {2, 3}}));
  check_layer({3, 6, 6}, conv2d("fused", 3, {3, 1}, {.groups = 3, .dilation = {2, 1}}),
              {.activation = Activation::kReLU});
}

TEST_CASE("the gradients of zero padding are those of finite differences") {
  check_layer({2, 4, 5}, zero_pad2d("all", {1, 1, 1, 1}));
  check_layer({3, 4, 5}, zero_pad2d("uneven", {0, 2, 3, 1}));
  check_layer({2, 1, 1}, zero_pad2d("nothing", {}));
}

TEST_CASE("the gradients of products are those of finite differences, for every input") {
  constexpr LayerType kMultiply = LayerType::kMultiply;
  const Shape input{3, 4, 5};
  const LayerSpec same = conv2d("same", 3, {1, 1});
  const LayerSpec gap = from("input", plain("gap", LayerType::kGlobalAvgPool2d));
  check_layer({input, {same, from({"input", "same"}, plain("two", kMultiply))}});
  check_layer({input, {same, from({"same", "input", "same"}, plain("three", kMultiply))}});
  check_layer({input, {gap, from({"input", "gap"}, plain("gate", kMultiply))}});
  check_layer({input, {gap, from({"gap", "gap", "input"}, plain("gate twice", kMultiply))}});
  check_layer({{4, 1, 1}, {linear("a", 4), from({"input", "a"}, plain("vectors", kMultiply))}});
}

TEST_CASE("the gradients of padded and average pools are those of finite differences") {
  constexpr LayerType kMax = LayerType::kMaxPool2d;
  constexpr LayerType kAvg = LayerType::kAvgPool2d;
  check_layer({2, 5, 6}, pool2d("padded max-pool", kMax, {2, 3}, {}, {1, 1}));
  check_layer({2, 7, 7}, pool2d("overlapping padded max-pool", kMax, {3, 3}, {2, 2}, {1, 1}));
  check_layer({3, 6, 6}, pool2d("avg-pool", kAvg, {2, 2}));
  check_layer({2, 7, 5}, pool2d("overlapping avg-pool", kAvg, {3, 2}, {2, 1}));
  check_layer({2, 5, 5}, pool2d("padded avg-pool", kAvg, {3, 2}, {1, 2}, {1, 1}));
  check_layer({3, 5, 4}, plain("global", LayerType::kGlobalAvgPool2d));
  check_layer({3, 1, 1}, plain("global of a vector", LayerType::kGlobalAvgPool2d));
}

TEST_CASE("batch norm's gradients are right over several blocks with a ragged last one") {
  check_layer({3, 4, 5}, batch_norm2d("2d"));
  check_layer({9, 1, 1}, plain("1d", LayerType::kBatchNorm1d));
  LayerSpec wide = batch_norm2d("large eps");
  wide.eps = 0.5;
  check_layer({2, 3, 3}, wide);
}

TEST_CASE("dropout's gradients are right for its mask, and where it drops nothing") {
  for (const LayerType type : {LayerType::kDropout, LayerType::kDropout2d}) {
    check_layer({3, 4, 5}, dropout("image", 0.4, type), {.drops_out = true});
    check_layer({17, 1, 1}, dropout("vector", 0.4, type), {.drops_out = true});
    check_layer({3, 4, 5}, dropout("off", 0.4, type));
  }
}

TEST_CASE("the gradients of every activation are those of finite differences") {
  for (const LayerType type : {LayerType::kLeakyReLU, LayerType::kSigmoid, LayerType::kTanh,
                               LayerType::kSiLU, LayerType::kGELU, LayerType::kReLU6}) {
    check_layer({3, 4, 5}, plain(std::string(to_string(type)), type));
  }
  LayerSpec steep = plain("steep", LayerType::kLeakyReLU);
  steep.negative_slope = -1.5;
  check_layer({3, 4, 5}, steep);
}

TEST_CASE("the gradients of softmax and log-softmax are those of finite differences") {
  for (const int classes : {1, 2, 7, 10}) {
    check_layer({classes, 1, 1}, plain("softmax", LayerType::kSoftmax));
    check_layer({classes, 1, 1}, plain("log-softmax", LayerType::kLogSoftmax));
  }
}

TEST_CASE("the gradients of add and concat are those of finite differences, for every input") {
  constexpr LayerType kAdd = LayerType::kAdd;
  constexpr LayerType kConcat = LayerType::kConcat;
  const LayerSpec same = conv2d("same", 3, {1, 1});
  const LayerSpec narrow = conv2d("narrow", 1, {1, 1});
  const Shape input{3, 4, 5};
  check_layer({input, {same, from({"input", "same"}, plain("add 2", kAdd))}});
  check_layer({input, {same, from({"same", "input", "same"}, plain("add 3", kAdd))}});
  check_layer({input, {narrow, from({"input", "narrow"}, plain("concat 2", kConcat))}});
  check_layer(
      {input, {narrow, from({"narrow", "input", "narrow", "input"}, plain("concat 4", kConcat))}});
}

}  // namespace tinycnn::test
