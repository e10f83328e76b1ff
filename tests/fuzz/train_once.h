// SPDX-License-Identifier: MIT
// What fuzz targets do with a trainer that was made of hostile bytes.
#pragma once

#include <cstdint>

#include "tinycnn/model_spec.h"
#include "tinycnn/trainer.h"

namespace tinycnn::fuzz {

/// Ends the program with these words unless the condition holds, in builds without assertions too.
void require(bool holds, const char* what);

/// Whether a training step takes milliseconds and a few megabytes.
bool is_cheap(const ModelSummary& summary);

/// Trains a step of `samples` images, evaluates, predicts, inspects, saves and loads.
void train_once(Trainer& trainer, int samples);

}  // namespace tinycnn::fuzz
