// SPDX-License-Identifier: MIT
#include "training/trainer_checkpoint.h"

#include <algorithm>

#include "support/text.h"
#include "training/optimizer.h"
#include "training/pruning_masks.h"
#include "training/trainer_options.h"

namespace tinycnn {

void require_fits(const Model& model, const Checkpoint& checkpoint) {
  if (checkpoint.spec.input != model.spec().input ||
      checkpoint.spec.layers != model.spec().layers) {
    fail("[checkpoint] expected one of this session's model '", model.spec().name,
         "', got one of '", checkpoint.spec.name, "' with other layers");
  }
  require_valid(checkpoint.options);
  require_generatable(model, checkpoint.options);
  require_named(model, checkpoint.options);
  std::size_t trained = 0;
  std::size_t count = 0;  // frozen parameters and buffers included
  for (const ParameterView& view : model.parameter_views()) {
    trained += view.spec.is_trained() ? view.spec.size() : 0;
    count += view.spec.size();
  }
  const std::size_t state = trained * state_per_parameter(checkpoint.options.optimizer.type);
  const std::size_t averages = checkpoint.options.ema_decay > 0.0 ? trained : 0;
  if (checkpoint.parameters.size() != count || checkpoint.optimizer_state.size() != state ||
      checkpoint.average.size() != averages) {
    fail("[checkpoint] expected ", count, " parameters, ", state, " values of optimizer state and ",
         averages, " averages, got ", checkpoint.parameters.size(), ", ",
         checkpoint.optimizer_state.size(), " and ", checkpoint.average.size());
  }
  require_fits(model, checkpoint.pruning);
}

std::vector<float> pack_tensors(const Model& model, std::span<const float> flat, std::size_t size) {
  std::vector<float> values;
  for (; !flat.empty(); flat = flat.subspan(size)) {
    for (const auto& [spec, offset] : model.parameter_views()) {
      if (offset < size) {
        const auto tensor = flat.subspan(offset, spec.size());
        values.insert(values.end(), tensor.begin(), tensor.end());
      }
    }
  }
  return values;
}

void unpack_tensors(const Model& model, std::span<const float> values, std::span<float> flat,
                    std::size_t size) {
  for (; !flat.empty(); flat = flat.subspan(size)) {
    for (const auto& [spec, offset] : model.parameter_views()) {
      if (offset < size) {
        std::ranges::copy(values.first(spec.size()), flat.subspan(offset).begin());
        values = values.subspan(spec.size());
      }
    }
  }
}

}  // namespace tinycnn
