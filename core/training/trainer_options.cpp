// SPDX-License-Identifier: MIT
#include "training/trainer_options.h"

#include <algorithm>
#include <cmath>

#include "support/text.h"
#include "tinycnn/digit_generator.h"

namespace tinycnn {
namespace {

constexpr int kMaxBatch = 4096;

}  // namespace

void require_valid(const TrainerOptions& options) {
  require_valid(options.optimizer);
  require_valid(options.schedule);
  require_valid(options.loss);
  require_valid(options.augment);
  if (options.batch_size < 1 || options.batch_size > kMaxBatch) {
    fail("[trainer] expected a batch size from 1 to ", kMaxBatch, ", got ", options.batch_size);
  }
  if (!(options.ema_decay >= 0.0 && options.ema_decay < 1.0)) {
    fail("[trainer] expected an emaDecay from 0 to below 1, got ", options.ema_decay);
  }
  const auto& [mean, std] = options.normalization;
  if (!std::isfinite(mean) || !(std > 0.0) || !std::isfinite(std)) {
    fail("[trainer] expected a finite mean and a std above 0, got ", mean, " and ", std);
  }
}

void require_generatable(const Model& model, const TrainerOptions& options) {
  const Shape& input = model.summary().input;
  const bool fits =
      input == Shape{1, kDigitSide, kDigitSide} && model.classes() >= kGeneratedClasses;
  if (options.augment.generated > 0.0 && !fits) {
    fail("[augment] expected a model for digits of [1,", kDigitSide, ",", kDigitSide, "] in ",
         kGeneratedClasses, " classes where digits are generated, got one for [", input.channels,
         ",", input.height, ",", input.width, "] in ", model.classes());
  }
}

void require_named(const Model& model, const TrainerOptions& options) {
  const auto& names = options.class_names;
  const auto classes = static_cast<std::size_t>(model.classes());
  if (!names.empty() && names.size() != classes) {
    fail("[trainer] expected a name for each of ", classes, " classes, got ", names.size());
  }
  for (auto name = names.begin(); name != names.end(); ++name) {
    if (name->empty() || std::find(names.begin(), name, *name) != name) {
      fail("[trainer] expected a different name for each class, got '", *name, "' again");
    }
  }
}

}  // namespace tinycnn
