// SPDX-License-Identifier: MIT
// Which options a trainer accepts.
#pragma once

#include "tinycnn/model.h"
#include "tinycnn/trainer.h"

namespace tinycnn {

/// Throws Error for options outside their ranges.
void require_valid(const TrainerOptions& options);

/// Throws Error if the options ask for generated digits and the model cannot take them.
void require_generatable(const Model& model, const TrainerOptions& options);

/// Throws Error unless the class names, if there are any, are a different one for each class.
void require_named(const Model& model, const TrainerOptions& options);

}  // namespace tinycnn
