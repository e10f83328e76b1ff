// SPDX-License-Identifier: MIT
// Forward and the input gradient hold a tile of outputs in 8 sums; for a single sample a register
// holds outputs instead of samples. The weight gradient is vectorized over input features instead
// of lanes (the input is transposed once per block), so that it needs no sum over lanes.
#include "kernels/linear.h"

#include <algorithm>
#include <cassert>
#include <cstddef>

#include "kernels/simd.h"

namespace tinycnn::kernels {
namespace {

constexpr int kSums = 8;
constexpr int kTerms = 4;  // per iteration
constexpr int kWeightRows = 4;
constexpr int kWeightBatches = 2;

/// output[j][B] = start[j] + sum over n of weight[j * weight_j + n * weight_n] * input[n][B], in
/// `Registers` registers; zero in the others.
struct Product {
  int outputs = 0;
  int terms = 0;
  const float* weight = nullptr;
  std::ptrdiff_t weight_j = 0;
  std::ptrdiff_t weight_n = 0;
  const float* start = nullptr;  // or null
  const float* input = nullptr;
  Activation activation = Activation::kNone;
  float* output = nullptr;
};

/// WeightStep: weight_n if it is known at compile time, else 0.
template <int Outputs, int Registers, int WeightStep>
inline void product_tile(const Product& product, int first) {
  Batch sum[Outputs][Registers];
  const float* weight[Outputs];
  for (int j = 0; j < Outputs; ++j) {
    weight[j] = product.weight + (first + j) * product.weight_j;
    for (int g = 0; g < Registers; ++g) {
      sum[j][g] = Batch(product.start != nullptr ? product.start[first + j] : 0.0F);
    }
  }
  const std::ptrdiff_t weight_step = WeightStep > 0 ? WeightStep : product.weight_n;
  const float* input = product.input;
  for_tiles<WeightStep == 1 ? kTerms : 1>(product.terms, [&]<class Terms>(Terms, int /*n*/) {
    for (int n = 0; n < Terms::value; ++n) {
      Batch in[Registers];
      for (int g = 0; g < Registers; ++g) {
        in[g] = load(input + n * kLanes + g * kWidth);
      }
      for (int j = 0; j < Outputs; ++j) {
        const Batch value(weight[j][n * weight_step]);
        for (int g = 0; g < Registers; ++g) {
          sum[j][g] = add_product(sum[j][g], value, in[g]);
        }
      }
    }
    for (int j = 0; j < Outputs; ++j) {
      weight[j] += Terms::value * weight_step;
    }
    input += Terms::value * kLanes;
  });
  const bool rectifies = product.activation == Activation::kReLU;
  for (int j = 0; j < Outputs; ++j) {
    float* output = product.output + std::ptrdiff_t{first + j} * kLanes;
    for (int g = 0; g < kGroups; ++g) {
      const Batch out = g < Registers ? sum[j][g % Registers] : Batch(0.0F);
      store(output + g * kWidth, rectifies ? relu(out) : out);
    }
  }
}

/// What does not fill a tile; one for all steps, as it takes little time.
template <int Registers>
[[gnu::noinline]] void one_output(const Product& product, int output) {
  product_tile<1, Registers, 0>(product, output);
}

template <int Registers, int WeightStep>
void multiply(const Product& product) {
  constexpr int kTile = kSums / Registers;
  int first = 0;
  for (; first + kTile <= product.outputs; first += kTile) {
    product_tile<kTile, Registers, WeightStep>(product, first);
  }
  for (; first < product.outputs; ++first) {
    one_output<Registers>(product, first);
  }
}

/// Only the outputs of the first sample, for a tile of registers. Square parts of the weight are
/// transposed when they are loaded, so that each output adds its terms in order.
void single_sample_tile(const Product& product, int first) {
  Batch sum[kGroups];
  for (int v = 0; v < kGroups; ++v) {
    sum[v] = product.start != nullptr ? load(product.start + first + v * kWidth) : Batch(0.0F);
  }
  const float* weight = product.weight + first * product.weight_j;
  const int vectorized = product.terms / kWidth * kWidth;
  for (int n = 0; n < vectorized; n += kWidth) {
    for (int v = 0; v < kGroups; ++v) {
      Batch square[kWidth];
      for (int j = 0; j < kWidth; ++j) {
        square[j] = load(weight + (v * kWidth + j) * product.weight_j + n);
      }
      transpose(square);
      for (int i = 0; i < kWidth; ++i) {
        sum[v] = add_product(sum[v], square[i], Batch(product.input[(n + i) * kLanes]));
      }
    }
  }
  float sums[kLanes];
  for (int v = 0; v < kGroups; ++v) {
    store(sums + v * kWidth, sum[v]);
  }
#pragma clang loop unroll(disable)
  for (int j = 0; j < kLanes; ++j) {
    for (int n = vectorized; n < product.terms; ++n) {
      sums[j] = sums[j] + weight[j * product.weight_j + n] * product.input[n * kLanes];
    }
    const bool is_cut = product.activation == Activation::kReLU && sums[j] < 0.0F;
    float* output = product.output + std::ptrdiff_t{first + j} * kLanes;
    std::fill_n(output, kLanes, 0.0F);
    *output = is_cut ? 0.0F : sums[j];
  }
}

/// Requires weight_n = 1.
void multiply_single_sample(const Product& product) {
  constexpr int kTile = kLanes;
  int first = 0;
  for (; first + kTile <= product.outputs; first += kTile) {
    single_sample_tile(product, first);
  }
  for (; first < product.outputs; ++first) {
    one_output<1>(product, first);
  }
}

/// input [I][B] -> transposed [B][I], in registers of lanes.
void transpose_lanes(int in_features, int lanes, const float* input, float* transposed) {
  const int vectorized = in_features / kWidth * kWidth;
  for (int group = 0; group < lanes; group += kWidth) {
    float* to = transposed + std::ptrdiff_t{group} * in_features;
    for (int i = 0; i < vectorized; i += kWidth) {
      Batch rows[kWidth];
      for (int j = 0; j < kWidth; ++j) {
        rows[j] = load(input + std::ptrdiff_t{i + j} * kLanes + group);
      }
      transpose(rows);
      for (int b = 0; b < kWidth; ++b) {
        store(to + std::ptrdiff_t{b} * in_features + i, rows[b]);
      }
    }
    for (int i = vectorized; i < in_features; ++i) {
      for (int b = 0; b < kWidth; ++b) {
        to[std::ptrdiff_t{b} * in_features + i] = input[std::ptrdiff_t{i} * kLanes + group + b];
      }
    }
  }
}

/// Operands of a tile of the weight gradient.
struct GradientInput {
  int in_features = 0;
  int lanes = 0;
  Update update = Update::kAdd;
  const float* transposed = nullptr;  // at the tile's first feature
  const float* d_output = nullptr;    // at the tile's first row
};

/// d_weight[o][i] += d_output[o][b] * transposed[b][i] over b, for Rows x Batches registers.
template <int Rows, int Batches>
inline void weight_gradient_tile(const GradientInput& from, float* d_weight) {
  Batch sum[Rows][Batches];
  for (int o = 0; o < Rows; ++o) {
    for (int v = 0; v < Batches; ++v) {
      sum[o][v] = from.update == Update::kAdd
                      ? load(d_weight + std::ptrdiff_t{o} * from.in_features + v * kWidth)
                      : Batch(0.0F);
    }
  }
  for (int b = 0; b < from.lanes; ++b) {
    Batch in[Batches];
    for (int v = 0; v < Batches; ++v) {
      in[v] = load(from.transposed + std::ptrdiff_t{b} * from.in_features + v * kWidth);
    }
    for (int o = 0; o < Rows; ++o) {
      const Batch d(from.d_output[o * kLanes + b]);
      for (int v = 0; v < Batches; ++v) {
        sum[o][v] = add_product(sum[o][v], d, in[v]);
      }
    }
  }
  for (int o = 0; o < Rows; ++o) {
    for (int v = 0; v < Batches; ++v) {
      store(d_weight + std::ptrdiff_t{o} * from.in_features + v * kWidth, sum[o][v]);
    }
  }
}

/// For one of the input features that do not fill a register, in the same order.
inline void weight_gradient_rest(const GradientInput& from, int rows, float* d_weight) {
  for (int o = 0; o < rows; ++o) {
    float& d = d_weight[std::ptrdiff_t{o} * from.in_features];
    float sum = from.update == Update::kAdd ? d : 0.0F;
    for (int b = 0; b < from.lanes; ++b) {
      sum = sum +
            from.d_output[o * kLanes + b] * from.transposed[std::ptrdiff_t{b} * from.in_features];
    }
    d = sum;
  }
}

}  // namespace

void linear_forward(const LinearShape& shape, std::span<const float> input,
                    std::span<const float> weight, std::span<const float> bias,
                    Activation activation, int lanes, std::span<float> output) noexcept {
  assert(input.size() >= static_cast<std::size_t>(shape.in_features) * kLanes);
  const Product product{.outputs = shape.out_features,
                        .terms = shape.in_features,
                        .weight = weight.data(),
                        .weight_j = shape.in_features,
                        .weight_n = 1,
                        .start = bias.empty() ? nullptr : bias.data(),
                        .input = input.data(),
                        .activation = activation,
                        .output = output.data()};
  if (lanes == 1) {
    multiply_single_sample(product);
  } else if (lanes <= kWidth) {
    multiply<1, 1>(product);
  } else {
    multiply<kGroups, 1>(product);
  }
}

void linear_backward_input(const LinearShape& shape, std::span<const float> d_output,
                           std::span<const float> weight, std::span<float> d_input) noexcept {
  multiply<kGroups, 0>({.outputs = shape.in_features,
                        .terms = shape.out_features,
                        .weight = weight.data(),
                        .weight_j = 1,
                        .weight_n = shape.in_features,
                        .input = d_output.data(),
                        .output = d_input.data()});
}

void linear_backward_weight(const LinearShape& shape, std::span<const float> input,
                            std::span<const float> d_output, int lanes, std::span<float> transposed,
                            Update update, std::span<float> d_weight,
                            std::span<float> d_bias) noexcept {
  const int in_features = shape.in_features;
  transpose_lanes(in_features, lanes, input.data(), transposed.data());
  const int vectorized = in_features / kWidth;
  for_tiles<kWeightRows>(shape.out_features, [&]<class Rows>(Rows, int o) {
    float* rows = d_weight.data() + std::ptrdiff_t{o} * in_features;
    GradientInput from{in_features, lanes, update, transposed.data(),
                       d_output.data() + std::ptrdiff_t{o} * kLanes};
    for_tiles<kWeightBatches>(vectorized, [&]<class Batches>(Batches, int v) {
      from.transposed = transposed.data() + std::ptrdiff_t{v} * kWidth;
      weight_gradient_tile<Rows::value, Batches::value>(from, rows + std::ptrdiff_t{v} * kWidth);
    });
    for (int i = vectorized * kWidth; i < in_features; ++i) {
      from.transposed = transposed.data() + i;
      weight_gradient_rest(from, Rows::value, rows + i);
    }
  });
  for (std::size_t o = 0; o < d_bias.size(); ++o) {
    const float sum = sum_lanes(d_output.data() + o * kLanes);
    d_bias[o] = update == Update::kAdd ? d_bias[o] + sum : sum;
  }
}

}  // namespace tinycnn::kernels
