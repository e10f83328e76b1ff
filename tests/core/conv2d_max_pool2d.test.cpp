// SPDX-License-Identifier: MIT
// A convolution and its max-pool as one layer against the two layers, and when a plan joins them.
#include "layers/conv2d_max_pool2d.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>

#include "plan/compiled_model.h"
#include "support/bits.h"
#include "support/random_values.h"
#include "support/specs.h"

namespace tinycnn::test {
namespace {

struct Pair {
  Shape input;
  LayerSpec conv;
  LayerSpec pool;
  Activation activation = Activation::kReLU;
};

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

/// What a layer reads and writes; memory that it has to write starts as NaN.
struct Memory {
  Memory(const Layer& layer, const Shape& in, const Shape& out, const Buffer& weight)
      : input(in.block_size()),
        output(out.block_size(), kNaN),
        d_input(in.block_size(), kNaN),
        cache(layer.cache_size(), kNaN),
        scratch(layer.scratch_size(), kNaN),
        packed(layer.packed_size()),
        packed_backward(layer.packed_backward_size()) {
    layer.pack(weight, packed);
    layer.pack_backward(weight, packed_backward);
  }
  Buffer input, output, d_input, cache, scratch, packed, packed_backward;
};

class Check {
 public:
  explicit Check(const Pair& pair)
      : model_(summarize(model(pair.input, {pair.conv, pair.pool, flatten("f"), linear("l", 2)}))),
        conv_summary_(model_.layers[0]),
        pool_summary_(model_.layers[1]),
        conv_(conv_summary_, Activation::kNone),
        pool_(pool_summary_, pair.activation),
        both_(conv_summary_, pool_summary_, pair.activation) {
    RandomValues random(3);
    weight_ = random.floats(conv_summary_.parameters.front().size());
    if (pair.conv.bias) {
      bias_ = random.floats(static_cast<std::size_t>(conv_summary_.output.channels));
    }
    input_ = random.floats(pair.input.block_size());
    d_output_ = random.floats(pool_summary_.output.block_size());
  }

  void run(Mode mode, std::size_t samples) {
    const Pass pass{.mode = mode, .samples = samples};
    Memory conv(conv_, conv_summary_.input, conv_summary_.output, weight_);
    Memory pool(pool_, pool_summary_.input, pool_summary_.output, {});
    Memory both(both_, conv_summary_.input, pool_summary_.output, weight_);
    forward(conv_, conv, input_, pass);
    forward(pool_, pool, conv.output, pass);
    forward(both_, both, input_, pass);
    for (std::size_t i = 0; i < both.output.size(); ++i) {
      REQUIRE((i % kLanes >= samples || both.output[i] == pool.output[i]));
    }
    if (mode == Mode::kEvaluate) {
      return;
    }
    Gradients apart = zeros();
    Gradients joined = zeros();
    backward(pool_, pool, conv.output, d_output_, apart, pass);
    backward(conv_, conv, input_, pool.d_input, apart, pass);
    backward(both_, both, input_, d_output_, joined, pass);
    CHECK(close(joined.weight, apart.weight));
    CHECK(close(joined.bias, apart.bias));
    CHECK(close(both.d_input, conv.d_input));
    CHECK(std::ranges::any_of(joined.weight, [](float d) { return d != 0.0F; }));
  }

 private:
  struct Gradients {
    Buffer weight, bias;
  };

  [[nodiscard]] Gradients zeros() const { return {Buffer(weight_.size()), Buffer(bias_.size())}; }

  void fill(Block& block, Memory& memory, const Pass& pass) const {
    block.pass = pass;
    block.weights = {weight_, bias_, {}, memory.packed, memory.packed_backward};
    block.cache = memory.cache;
    block.scratch = memory.scratch;
  }
  void forward(const Layer& layer, Memory& memory, const Buffer& input, const Pass& pass) const {
    const std::array<std::span<const float>, 1> inputs{input};
    BlockForward block;
    fill(block, memory, pass);
    block.inputs = inputs;
    block.output = memory.output;
    layer.forward(block);
  }
  void backward(const Layer& layer, Memory& memory, const Buffer& input, Buffer d_output,
                Gradients& gradients, const Pass& pass) const {
    const std::array<std::span<const float>, 1> inputs{input};
    const std::array<std::span<float>, 1> d_inputs{memory.d_input};
    BlockBackward block;
    fill(block, memory, pass);
    block.inputs = inputs;
    block.d_inputs = d_inputs;
    block.output = memory.output;
    block.d_output = d_output;
    block.d_weight = gradients.weight;
    block.d_bias = gradients.bias;
    layer.backward(block);
  }
  static bool close(const Buffer& actual, const Buffer& expected) {
    const auto size = [](float a, float b) { return std::abs(a) < std::abs(b); };
    const float largest =
        expected.empty() ? 0.0F : std::abs(*std::ranges::max_element(expected, size));
    return std::ranges::equal(actual, expected,
                              [&](float a, float b) { return std::abs(a - b) <= 1e-5F * largest; });
  }

  ModelSummary model_;
  LayerSummary conv_summary_;
  LayerSummary pool_summary_;
  Conv2d conv_;
  MaxPool2d pool_;
  Conv2dMaxPool2d both_;
  Buffer weight_, bias_, input_, d_output_;
};

LayerSpec pool(const Size2d& kernel, const Size2d& stride) {
  return pool2d("pool", LayerType::kMaxPool2d, kernel, stride);
}

/// How many floats a fused plan has for activations, gradients and scratch.
std::size_t memory_of(std::vector<LayerSpec> layers) {
  layers.push_back(flatten("flatten"));
  layers.push_back(linear("fc", 2));
  return CompiledModel(model({2, 12, 12}, std::move(layers)), 1).plan().workspace_size();
}

}  // namespace

TEST_CASE("a convolution joined with its max-pool computes what both do one after the other") {
  for (const Pair& pair : {
           Pair{{1, 28, 28}, conv2d("conv", 4, {3, 3}), pool({2, 2}, {2, 2})},
           Pair{{4, 9, 9}, conv2d("conv", 4, {3, 3}), pool({3, 3}, {3, 3}), Activation::kNone},
           Pair{{3, 7, 8}, conv2d("conv", 5, {5, 5}, {.padding = {2, 2}}), pool({2, 2}, {2, 2})},
           Pair{{8, 10, 10},
                conv2d("winograd", 16, {3, 3}, {.padding = {1, 1}}),
                pool({2, 2}, {2, 2})},
           Pair{{2, 11, 9},
                conv2d("conv", 3, {2, 3}, {.stride = {2, 1}, .padding = {0, 2}}),
                pool({3, 3}, {2, 2})},
           Pair{{1, 8, 8}, conv2d("conv", 2, {3, 3}, {.bias = false}), pool({6, 6}, {1, 1})},
       }) {
    CAPTURE(pair.input.channels);
    Check check(pair);
    check.run(Mode::kTrain, 8);
    check.run(Mode::kTrain, 3);
    for (const std::size_t samples : {std::size_t{1}, std::size_t{3}, std::size_t{8}}) {
      check.run(Mode::kEvaluate, samples);
    }
  }
}

TEST_CASE("shapes that gain nothing, and options that the kernels lack, are not joined") {
  const auto fits = [](const LayerSpec& conv, const LayerSpec& pool) {
    const ModelSummary summary =
        summarize(model({2, 12, 12}, {conv, pool, flatten("flatten"), linear("fc", 2)}));
    return Conv2dMaxPool2d::fits(summary.layers[0], summary.layers[1]);
  };
  const LayerSpec conv = conv2d("conv", 4, {3, 3});
  CHECK(fits(conv, pool({2, 2}, {2, 2})));
  CHECK(fits(conv, pool({8, 8}, {1, 1})));
  CHECK(!fits(conv, pool({2, 2}, {1, 1})));
  CHECK(!fits(conv, pool({10, 10}, {10, 10})));
  CHECK(!fits(conv2d("conv", 4, {1, 1}), pool({2, 2}, {2, 2})));
  CHECK(!fits(conv2d("conv", 4, {3, 3}, {.groups = 2}), pool({2, 2}, {2, 2})));
  LayerSpec padded = pool({3, 3}, {3, 3});
  padded.padding = {1, 1};
  CHECK(!fits(conv, padded));
}

TEST_CASE("a plan joins them only where nothing else reads what lies between") {
  const LayerSpec conv = conv2d("conv", 8, {3, 3});
  const LayerSpec max_pool = pool({2, 2}, {2, 2});
  const std::size_t map = Shape{8, 10, 10}.block_size();
  const std::size_t joined = memory_of({conv, relu("relu"), max_pool});
  CHECK(memory_of({conv, max_pool}) == joined);
  // Apart, the map and its gradient take memory of their own.
  CHECK(memory_of({conv, relu("relu1"), relu("relu2"), max_pool}) >= joined + map);
  CHECK(memory_of({conv, relu("relu"), max_pool,
                   from("relu", pool2d("pool2", LayerType::kMaxPool2d, {2, 2}, {2, 2})),
                   from({"pool", "pool2"}, plain("add", LayerType::kAdd))}) >= joined + map);
}

}  // namespace tinycnn::test
