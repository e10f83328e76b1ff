// SPDX-License-Identifier: MIT
// The kernels over flat memory (ReLU, loading, optimizers, sums of slots) against their reference
// implementations, bit-exact.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "kernels/load_images.h"
#include "kernels/optimizer.h"
#include "kernels/relu.h"
#include "kernels/sum_slots.h"
#include "reference/reference.h"
#include "support/bits.h"
#include "support/random_values.h"

using tinycnn::Buffer;
using tinycnn::kGradientSlots;
using tinycnn::kLanes;
using tinycnn::kernels::AdamStep;
using tinycnn::kernels::RmspropStep;
using tinycnn::kernels::SgdStep;
using tinycnn::test::difference;
using tinycnn::test::RandomValues;
namespace kernels = tinycnn::kernels;
namespace reference = tinycnn::reference;

namespace {

constexpr std::array<std::size_t, 4> kCounts{8, 24, 56, 1000};

}  // namespace

TEST_CASE("relu equals its reference implementation forward and backward, also in place") {
  for (const std::size_t count : kCounts) {
    RandomValues random;
    Buffer input = random.floats(count);
    input[1] = 0.0F;
    input[2] = -0.0F;
    input[3] = std::numeric_limits<float>::quiet_NaN();
    input[4] = -std::numeric_limits<float>::infinity();
    Buffer output(count);
    Buffer expected(count);
    kernels::relu_forward(input, output);
    reference::relu_forward(input, expected);
    CHECK(difference(output, expected) == "");
    CHECK(std::isnan(output[3]));

    Buffer d_output = random.floats(count);
    Buffer d_input(count);
    kernels::relu_backward(output, d_output, d_input);
    reference::relu_backward(output, d_output, expected);
    CHECK(difference(d_input, expected) == "");
    kernels::relu_backward(output, d_output, d_output);
    CHECK(difference(d_output, expected) == "");
  }
}

TEST_CASE(
    "images are loaded into lanes as the reference implementation does it, the unused ones zero") {
  kernels::PixelTable table{};
  for (std::size_t i = 0; i < table.size(); ++i) {
    table[i] = static_cast<float>(i) + 0.25F;
  }
  for (const std::size_t pixels : {std::size_t{1}, std::size_t{9}, std::size_t{784}}) {
    std::vector<std::vector<std::uint8_t>> images;
    std::vector<const std::uint8_t*> samples;
    for (std::size_t count = 0; count <= kLanes; ++count) {
      RandomValues random;
      Buffer block = random.floats(pixels * kLanes);
      Buffer expected(block.size());
      kernels::load_images(samples, table, block);
      reference::load_images(samples, table, expected);
      CHECK(difference(block, expected) == "");
      for (std::size_t b = 0; b < kLanes; ++b) {
        CHECK(block[b] == (b < count ? table[images[b][0]] : 0.0F));
      }
      images.push_back(RandomValues(static_cast<std::uint32_t>(count)).bytes(pixels));
      samples.push_back(images.back().data());
    }
  }
}

TEST_CASE(
    "adam equals its reference implementation over several steps, with and without decay, "
    "shrinking and "
    "clipping") {
  struct Variant {
    float weight_decay, gradient_scale, shrink;
  };
  for (const auto& [weight_decay, gradient_scale, shrink] :
       {Variant{0.0F, 1.0F, 1.0F}, Variant{0.01F, 1.0F, 1.0F}, Variant{0.0F, 0.37F, 0.9999F},
        Variant{0.01F, 0.01F, 0.5F}}) {
    const AdamStep step{.beta1 = 0.9F,
                        .one_minus_beta1 = 0.1F,
                        .beta2 = 0.999F,
                        .one_minus_beta2 = 0.001F,
                        .eps = 1e-8F,
                        .weight_decay = weight_decay,
                        .gradient_scale = gradient_scale,
                        .shrink = shrink,
                        .step_size = 0.01F,
                        .inverse_sqrt_bias_correction = 31.6F};
    for (const std::size_t count : kCounts) {
      RandomValues random;
      Buffer parameter = random.floats(count);
      Buffer exp_avg(count);
      Buffer exp_avg_sq(count);
      Buffer expected = parameter;
      Buffer expected_avg(count);
      Buffer expected_avg_sq(count);
      for (int i = 0; i < 5; ++i) {
        const Buffer gradient = random.floats(count);
        kernels::adam_step(step, gradient, parameter, exp_avg, exp_avg_sq);
        reference::adam_step(step, gradient, expected, expected_avg, expected_avg_sq);
      }
      CHECK(difference(parameter, expected) == "");
      CHECK(difference(exp_avg, expected_avg) == "");
      CHECK(difference(exp_avg_sq, expected_avg_sq) == "");
    }
  }
}

TEST_CASE(
    "sgd equals its reference implementation over several steps, with and without momentum and all "
    "the rest") {
  for (const SgdStep& step :
       {SgdStep{.learning_rate = 0.1F}, SgdStep{.learning_rate = 0.1F, .momentum = 0.9F},
        SgdStep{.learning_rate = 0.1F, .momentum = 0.9F, .weight_decay = 5e-4F},
        SgdStep{.learning_rate = 0.1F, .momentum = 0.9F, .gradient_scale = 0.3F},
        SgdStep{.learning_rate = 0.1F,
                .momentum = 0.8F,
                .weight_decay = 5e-4F,
                .gradient_scale = 0.3F,
                .nesterov = true}}) {
    for (const std::size_t count : kCounts) {
      RandomValues random;
      Buffer parameter = random.floats(count);
      Buffer momentum(count);
      Buffer expected = parameter;
      Buffer expected_momentum(count);
      for (int i = 0; i < 5; ++i) {
        const Buffer gradient = random.floats(count);
        kernels::sgd_step(step, gradient, parameter, momentum);
        reference::sgd_step(step, gradient, expected, expected_momentum);
      }
      CHECK(difference(parameter, expected) == "");
      CHECK(difference(momentum, expected_momentum) == "");
    }
  }
}

TEST_CASE(
    "rmsprop equals its reference implementation over several steps, with and without all the "
    "rest") {
  for (const RmspropStep& step :
       {RmspropStep{.learning_rate = 0.01F, .alpha = 0.99F, .one_minus_alpha = 0.01F, .eps = 1e-8F},
        RmspropStep{.learning_rate = 0.01F,
                    .alpha = 0.9F,
                    .one_minus_alpha = 0.1F,
                    .eps = 1e-6F,
                    .momentum = 0.9F,
                    .weight_decay = 1e-3F,
                    .gradient_scale = 0.3F}}) {
    for (const std::size_t count : kCounts) {
      RandomValues random;
      Buffer parameter = random.floats(count);
      Buffer square(count);
      Buffer momentum(count);
      Buffer expected = parameter;
      Buffer expected_square(count);
      Buffer expected_momentum(count);
      for (int i = 0; i < 5; ++i) {
        const Buffer gradient = random.floats(count);
        kernels::rmsprop_step(step, gradient, parameter, square, momentum);
        reference::rmsprop_step(step, gradient, expected, expected_square, expected_momentum);
      }
      CHECK(difference(parameter, expected) == "");
      CHECK(difference(square, expected_square) == "");
      CHECK(difference(momentum, expected_momentum) == "");
    }
  }
}

TEST_CASE("muon's two halves equal their reference implementations over several steps") {
  for (const bool nesterov : {false, true}) {
    const kernels::MuonStep step{.momentum = 0.95F,
                                 .one_minus_momentum = 0.05F,
                                 .gradient_scale = 0.3F,
                                 .shrink = 0.99F,
                                 .step_size = 0.02F,
                                 .nesterov = nesterov};
    for (const std::size_t count : kCounts) {
      RandomValues random;
      Buffer parameter = random.floats(count);
      Buffer momentum(count);
      Buffer expected = parameter;
      Buffer expected_momentum(count);
      for (int i = 0; i < 5; ++i) {
        Buffer gradient = random.floats(count);
        Buffer expected_gradient = gradient;
        kernels::muon_direction(step, gradient, momentum);
        reference::muon_direction(step, expected_gradient, expected_momentum);
        CHECK(difference(gradient, expected_gradient) == "");
        kernels::muon_step(step, gradient, parameter);
        reference::muon_step(step, expected_gradient, expected);
      }
      CHECK(difference(parameter, expected) == "");
      CHECK(difference(momentum, expected_momentum) == "");
    }
  }
}

TEST_CASE(
    "an average of weights equals its reference implementation, and starts with a decay of 0") {
  for (const std::size_t count : kCounts) {
    RandomValues random;
    Buffer average = random.floats(count);
    Buffer expected = average;
    for (const float decay : {0.9F, 0.999F, 0.5F}) {
      const Buffer parameter = random.floats(count);
      kernels::ema_step(decay, parameter, average);
      reference::ema_step(decay, parameter, expected);
      CHECK(difference(average, expected) == "");
    }
    const Buffer parameter = random.floats(count);
    kernels::ema_step(0.0F, parameter, average);
    CHECK(std::equal(average.begin(), average.end(), parameter.begin()));
  }
}

TEST_CASE("padding behind a parameter stays zero whatever the optimizer does") {
  Buffer parameter(8);
  Buffer first(8);
  Buffer second(8);
  const Buffer gradient(8);
  kernels::adam_step({.beta1 = 0.9F,
                      .one_minus_beta1 = 0.1F,
                      .beta2 = 0.999F,
                      .one_minus_beta2 = 0.001F,
                      .eps = 1e-8F,
                      .weight_decay = 0.1F,
                      .step_size = 1.0F,
                      .inverse_sqrt_bias_correction = 1.0F},
                     gradient, parameter, first, second);
  kernels::sgd_step({.learning_rate = 1.0F, .momentum = 0.9F, .weight_decay = 0.1F}, gradient,
                    parameter, first);
  kernels::rmsprop_step({.learning_rate = 1.0F,
                         .alpha = 0.9F,
                         .one_minus_alpha = 0.1F,
                         .eps = 1e-8F,
                         .momentum = 0.9F,
                         .weight_decay = 0.1F},
                        gradient, parameter, first, second);
  kernels::ema_step(0.9F, parameter, second);
  CHECK(difference(second, Buffer(8)) == "");
  CHECK(difference(parameter, Buffer(8)) == "");
}

TEST_CASE("1 to 8 slots of gradients are summed in the tree of the reference implementation") {
  for (std::size_t used = 1; used <= kGradientSlots; ++used) {
    for (const std::size_t count : kCounts) {
      RandomValues random;
      std::vector<Buffer> slots;
      std::vector<Buffer> expected;
      std::vector<float*> pointers;
      std::vector<float*> expected_pointers;
      for (std::size_t s = 0; s < used; ++s) {
        slots.push_back(random.floats(count));
      }
      expected = slots;
      for (std::size_t s = 0; s < used; ++s) {
        pointers.push_back(slots[s].data());
        expected_pointers.push_back(expected[s].data());
      }
      kernels::sum_slots(pointers, count);
      reference::sum_slots(expected_pointers, count);
      CHECK(difference(slots[0], expected[0]) == "");
    }
  }
}

TEST_CASE("averages of gradients that stay zero become zero, and never denormal") {
  constexpr std::size_t kCount = 8;
  constexpr int kSteps = 2000;
  const Buffer zero(kCount);
  Buffer parameter(kCount, 0.5F);
  std::vector<Buffer> averages(7, Buffer(kCount, 0.01F));
  averages[1].assign(kCount, std::numeric_limits<float>::min() * 1.5F);
  averages[3].assign(kCount, std::numeric_limits<float>::min() * 1.5F);
  Buffer gradient(kCount);
  for (int i = 0; i < kSteps; ++i) {
    kernels::adam_step({.beta1 = 0.9F, .beta2 = 0.999F, .eps = 1e-8F}, zero, parameter, averages[0],
                       averages[1]);
    kernels::sgd_step({.momentum = 0.9F}, zero, parameter, averages[2]);
    kernels::rmsprop_step({.alpha = 0.99F, .eps = 1e-8F, .momentum = 0.9F}, zero, parameter,
                          averages[3], averages[4]);
    kernels::muon_direction({.momentum = 0.9F}, gradient, averages[5]);
    kernels::ema_step(0.9F, zero, averages[6]);  // of a weight that is pruned
  }
  for (const Buffer& average : averages) {
    CHECK(std::ranges::all_of(average, [](float value) { return value == 0.0F; }));
  }
}

TEST_CASE("averages that are not a number stay so") {
  constexpr std::size_t kCount = 8;
  const Buffer gradient(kCount, std::numeric_limits<float>::quiet_NaN());
  Buffer parameter(kCount);
  Buffer exp_avg(kCount);
  Buffer exp_avg_sq(kCount);
  kernels::adam_step({.one_minus_beta1 = 0.1F, .one_minus_beta2 = 0.001F}, gradient, parameter,
                     exp_avg, exp_avg_sq);
  CHECK(std::ranges::all_of(exp_avg, [](float value) { return std::isnan(value); }));
  CHECK(std::ranges::all_of(exp_avg_sq, [](float value) { return std::isnan(value); }));
}
