// SPDX-License-Identifier: MIT
// Brings the tensors of a file into the order and under the names of a network's parameters.
#pragma once

#include <string>
#include <vector>

#include "tinycnn/trainer.h"

namespace tinycnn {

/// By name where the names are the network's; else layer by layer, each taking the first group of
/// tensors (those of one module) that is left with its kinds and shapes; `notes` then says which
/// took which. Tensors that the network does not have are left out, with a note. Throws Error if
/// a layer finds none, and for values that are NaN or infinite and for variances below 0.
std::vector<NamedTensor> fitted_weights(const ModelSpec& spec, std::vector<NamedTensor> tensors,
                                        std::vector<std::string>& notes);

}  // namespace tinycnn
