// SPDX-License-Identifier: MIT
// Where trained models come from: a trainer, or a checkpoint without one.
#include "support/text.h"
#include "tinycnn/checkpoint.h"
#include "tinycnn/model_export.h"

namespace tinycnn {

TrainedModel trained_model(Trainer& trainer) {
  return {.spec = trainer.model().spec(),
          .options = trainer.options(),
          .step = trainer.step(),
          .parameters = trainer.evaluated_parameters()};
}

TrainedModel trained_model(const Checkpoint& checkpoint) {
  TrainedModel model{.spec = checkpoint.spec,
                     .options = checkpoint.options,
                     .step = checkpoint.step,
                     .parameters = {}};
  std::span<const float> values = checkpoint.parameters;
  std::span<const float> averages = checkpoint.average;
  const bool keeps_averages = !averages.empty();
  // Before the first step there is nothing to average.
  const bool is_averaged = checkpoint.step > 0;
  const auto take = [](std::span<const float>& from, std::size_t count) {
    if (from.size() < count) {
      fail("[checkpoint] expected ", count, " more weights, got ", from.size());
    }
    const auto taken = from.first(count);
    from = from.subspan(count);
    return taken;
  };
  for (const LayerSummary& layer : summarize(checkpoint.spec).layers) {
    for (const ParameterSpec& spec : layer.parameters) {
      auto data = take(values, spec.size());
      if (keeps_averages && spec.is_trained()) {
        const auto average = take(averages, spec.size());
        data = is_averaged ? average : data;
      }
      model.parameters.push_back(
          {.name = spec.name, .shape = spec.shape, .data = {data.begin(), data.end()}});
    }
  }
  if (!values.empty() || !averages.empty()) {
    fail("[checkpoint] expected no further weights, got ", values.size() + averages.size());
  }
  return model;
}

}  // namespace tinycnn
