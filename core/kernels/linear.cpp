// SPDX-License-Identifier: MIT
// Forward and input gradient hold a tile of outputs for the whole block in 8 registers. The weight
// gradient runs along input features instead of lanes (the input is transposed once a block), so
// that it needs no sum over lanes.
#include "kernels/linear.h"

#include <cassert>
#include <cstddef>

#include "kernels/simd.h"

namespace tinycnn::kernels {
namespace {

constexpr int kOutputTile = 8 / kGroups;
constexpr int kWeightRows = 4;
constexpr int kWeightBatches = 2;

/// output[j][B] = start[j] + sum over n of weight[j * weight_j + n * weight_n] * input[n][B].
template <int Outputs, Activation activation>
inline void product_tile(int terms, const float* input, const float* weight,
                         std::ptrdiff_t weight_j, std::ptrdiff_t weight_n, const float* start,
                         float* output) {
  Batch sum[Outputs][kGroups];
  const float* w[Outputs];
  for (int j = 0; j < Outputs; ++j) {
    w[j] = weight + j * weight_j;
    for (int g = 0; g < kGroups; ++g) {
      sum[j][g] = Batch(start != nullptr ? start[j] : 0.0F);
    }
  }
  for (int n = 0; n < terms; ++n) {
    Batch in[kGroups];
    for (int g = 0; g < kGroups; ++g) {
      in[g] = load(input + g * kWidth);
    }
    for (int j = 0; j < Outputs; ++j) {
      const Batch value(*w[j]);
      w[j] += weight_n;
      for (int g = 0; g < kGroups; ++g) {
        sum[j][g] = sum[j][g] + value * in[g];
      }
    }
    input += kLanes;
  }
  for (int j = 0; j < Outputs; ++j) {
    for (int g = 0; g < kGroups; ++g) {
      const Batch out = activation == Activation::kReLU ? relu(sum[j][g]) : sum[j][g];
      store(output + j * kLanes + g * kWidth, out);
    }
  }
}

template <Activation activation>
void forward(const LinearShape& shape, const float* input, const float* weight, const float* bias,
             float* output) {
  for_tiles<kOutputTile>(shape.out_features, [&]<class Outputs>(Outputs, int o) {
    product_tile<Outputs::value, activation>(
        shape.in_features, input, weight + std::ptrdiff_t{o} * shape.in_features, shape.in_features,
        1, bias != nullptr ? bias + o : nullptr, output + std::ptrdiff_t{o} * kLanes);
  });
}

/// d_weight[o][i] += d_output[o][b] * transposed[b][i] over b, for Rows x Batches registers.
template <int Rows, int Batches>
inline void weight_gradient_tile(int in_features, const float* transposed, const float* d_output,
                                 float* d_weight) {
  Batch sum[Rows][Batches];
  for (int o = 0; o < Rows; ++o) {
    for (int v = 0; v < Batches; ++v) {
      sum[o][v] = load(d_weight + std::ptrdiff_t{o} * in_features + v * kWidth);
    }
  }
  for (int b = 0; b < kLanes; ++b) {
    Batch in[Batches];
    for (int v = 0; v < Batches; ++v) {
      in[v] = load(transposed + std::ptrdiff_t{b} * in_features + v * kWidth);
    }
    for (int o = 0; o < Rows; ++o) {
      const Batch d(d_output[o * kLanes + b]);
      for (int v = 0; v < Batches; ++v) {
        sum[o][v] = sum[o][v] + d * in[v];
      }
    }
  }
  for (int o = 0; o < Rows; ++o) {
    for (int v = 0; v < Batches; ++v) {
      store(d_weight + std::ptrdiff_t{o} * in_features + v * kWidth, sum[o][v]);
    }
  }
}

/// The input features left over by whole registers, one at a time in the same order.
inline void weight_gradient_rest(int in_features, int rows, const float* transposed,
                                 const float* d_output, float* d_weight) {
  for (int o = 0; o < rows; ++o) {
    float sum = d_weight[std::ptrdiff_t{o} * in_features];
    for (int b = 0; b < kLanes; ++b) {
      sum = sum + d_output[o * kLanes + b] * transposed[std::ptrdiff_t{b} * in_features];
    }
    d_weight[std::ptrdiff_t{o} * in_features] = sum;
  }
}

}  // namespace

void linear_forward(const LinearShape& shape, std::span<const float> input,
                    std::span<const float> weight, std::span<const float> bias,
                    Activation activation, std::span<float> output) noexcept {
  assert(input.size() >= static_cast<std::size_t>(shape.in_features) * kLanes);
  const float* b = bias.empty() ? nullptr : bias.data();
  if (activation == Activation::kReLU) {
    forward<Activation::kReLU>(shape, input.data(), weight.data(), b, output.data());
  } else {
    forward<Activation::kNone>(shape, input.data(), weight.data(), b, output.data());
  }
}

void linear_backward_input(const LinearShape& shape, std::span<const float> d_output,
                           std::span<const float> weight, std::span<float> d_input) noexcept {
  for_tiles<kOutputTile>(shape.in_features, [&]<class Inputs>(Inputs, int i) {
    product_tile<Inputs::value, Activation::kNone>(shape.out_features, d_output.data(),
                                                   weight.data() + i, 1, shape.in_features, nullptr,
                                                   d_input.data() + std::ptrdiff_t{i} * kLanes);
  });
}

void linear_backward_weight(const LinearShape& shape, std::span<const float> input,
                            std::span<const float> d_output, std::span<float> transposed,
                            std::span<float> d_weight, std::span<float> d_bias) noexcept {
  const int in_features = shape.in_features;
  for (int i = 0; i < in_features; ++i) {
    for (int b = 0; b < kLanes; ++b) {
      transposed[static_cast<std::size_t>(b * in_features + i)] =
          input[static_cast<std::size_t>(i * kLanes + b)];
    }
  }
  const int whole = in_features / kWidth;
  for_tiles<kWeightRows>(shape.out_features, [&]<class Rows>(Rows, int o) {
    const float* d = d_output.data() + std::ptrdiff_t{o} * kLanes;
    float* rows = d_weight.data() + std::ptrdiff_t{o} * in_features;
    for_tiles<kWeightBatches>(whole, [&]<class Batches>(Batches, int v) {
      weight_gradient_tile<Rows::value, Batches::value>(
          in_features, transposed.data() + std::ptrdiff_t{v} * kWidth, d,
          rows + std::ptrdiff_t{v} * kWidth);
    });
    for (int i = whole * kWidth; i < in_features; ++i) {
      weight_gradient_rest(in_features, Rows::value, transposed.data() + i, d, rows + i);
    }
  });
  for (std::size_t o = 0; o < d_bias.size(); ++o) {
    d_bias[o] += sum_lanes(d_output.data() + o * kLanes);
  }
}

}  // namespace tinycnn::kernels
