// SPDX-License-Identifier: MIT
#include "training/weight_average.h"

#include <algorithm>

#include "kernels/optimizer.h"

namespace tinycnn {

void WeightAverage::update(double decay, std::int64_t step, std::span<const float> trained,
                           std::size_t first, std::size_t count) noexcept {
  const float weight = step == 0 ? 0.0F : static_cast<float>(decay);
  kernels::ema_step(weight, trained.subspan(first, count),
                    std::span(values_).subspan(first, count));
}

EvaluationWeights WeightAverage::weights(const CompiledModel& model, std::int64_t step) {
  if (!is_kept() || step == 0) {
    return {model.parameters(), model.packed()};
  }
  if (version_ != model.version()) {
    const auto parameters = model.parameters();
    all_.assign(parameters.begin(), parameters.end());
    std::ranges::copy(values_, all_.begin());
    packed_.resize(model.packed().size());
    model.plan().pack(all_, packed_);
    version_ = model.version();
  }
  return {all_, packed_};
}

}  // namespace tinycnn
