// SPDX-License-Identifier: MIT
// Detects a run that has diverged and describes cause and remedy.
#pragma once

#include <optional>

#include "tinycnn/trainer.h"

namespace tinycnn {

/// loss: the mean over the mini-batch of step `step`, counted from 0.
std::optional<Divergence> find_divergence(const TrainerOptions& options, int classes,
                                          std::int64_t step, double loss);

}  // namespace tinycnn
