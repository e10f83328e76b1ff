// SPDX-License-Identifier: MIT
// Reference implementations of the sparse backward pass: bit-exact, from the layouts of a block and
// without lists.
#pragma once

#include <span>

#include "kernels/sparse_conv2d.h"

namespace tinycnn::reference {

using kernels::SparseConv2dShape;

/// input [C][H][W][B], padding included; d_pooled, winner [K][PH][PW][B]. Adds to d_weight
/// [K][C][R][S].
void sparse_conv2d_backward_weight(const SparseConv2dShape& shape, std::span<const float> input,
                                   std::span<const float> d_pooled, std::span<const float> winner,
                                   std::span<float> d_weight);

/// weight [K][C][R][S]; d_input [C][H][W][B], padding included.
void sparse_conv2d_backward_input(const SparseConv2dShape& shape, std::span<const float> weight,
                                  std::span<const float> d_pooled, std::span<const float> winner,
                                  std::span<float> d_input);

}  // namespace tinycnn::reference
