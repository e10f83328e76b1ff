// SPDX-License-Identifier: MIT
// Between a trainer's memory and the arrays of a checkpoint, which have no gaps.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "tinycnn/checkpoint.h"
#include "tinycnn/model.h"

namespace tinycnn {

/// Throws Error unless a checkpoint is one of this model, with valid options and arrays of the
/// right sizes.
void require_fits(const Model& model, const Checkpoint& checkpoint);

/// flat: one array after another, each laid out like the first `size` floats of the model's memory.
/// Returns their tensors' values without the gaps.
std::vector<float> pack_tensors(const Model& model, std::span<const float> flat, std::size_t size);

/// Inverse of pack_tensors; gaps are left alone.
void unpack_tensors(const Model& model, std::span<const float> values, std::span<float> flat,
                    std::size_t size);

}  // namespace tinycnn
