// SPDX-License-Identifier: MIT
#include "training/weight_average.h"

#include <algorithm>

#include "kernels/optimizer.h"

namespace tinycnn {
namespace {

/// The larger, the shorter the average reaches back at first: over about a tenth of the steps so
/// far.
constexpr double kWarmup = 9.0;

}  // namespace

void WeightAverage::update(double decay, std::int64_t step, std::span<const float> trained,
                           std::size_t first, std::size_t count) noexcept {
  const auto count_before = static_cast<double>(step);
  const double warm = std::min(decay, count_before / (count_before + kWarmup));
  kernels::ema_step(static_cast<float>(warm), trained.subspan(first, count),
                    std::span(values_).subspan(first, count));
}

EvaluationWeights WeightAverage::weights(const CompiledModel& model, std::int64_t step) {
  if (!is_kept() || step == 0) {
    return {model.rounded_parameters(), model.packed()};
  }
  if (version_ != model.version()) {
    const auto parameters = model.parameters();
    all_.assign(parameters.begin(), parameters.end());
    std::ranges::copy(values_, all_.begin());
    model.round(all_);
    packed_.resize(model.packed().size());
    model.plan().pack(all_, packed_);
    version_ = model.version();
  }
  return {all_, packed_};
}

}  // namespace tinycnn
