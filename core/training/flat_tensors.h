// SPDX-License-Identifier: MIT
// Between a model's flat memory, where tensors start at multiples of B, and tensors that are named
// and shaped as in PyTorch's state_dict.
#pragma once

#include <span>
#include <vector>

#include "tinycnn/model.h"
#include "tinycnn/trainer.h"

namespace tinycnn {

/// The tensors that lie in the first flat.size() floats of the model's flat memory; `flat` is laid
/// out like that part.
std::vector<NamedTensor> to_tensors(const Model& model, std::span<const float> flat);

/// Throws Error unless names, order and shapes are those of the model's parameters.
void require_fits(const Model& model, const std::vector<NamedTensor>& tensors);

}  // namespace tinycnn
