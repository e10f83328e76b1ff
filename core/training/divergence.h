// SPDX-License-Identifier: MIT
// Notices a run that has diverged and says why and what to do.
#pragma once

#include <optional>

#include "tinycnn/trainer.h"

namespace tinycnn {

/// loss: mean of the mini-batch of step `step`, counted from 0.
std::optional<Divergence> find_divergence(const TrainerOptions& options, int classes,
                                          std::int64_t step, double loss);

}  // namespace tinycnn
