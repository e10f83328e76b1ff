// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cstdint>
#include <new>
#include <vector>

#include "fuzz/run_bytes.h"
#include "fuzz/targets.h"
#include "fuzz/train_once.h"
#include "plan/plan.h"
#include "tinycnn/error.h"
#include "tinycnn/executor.h"
#include "tinycnn/trainer.h"

namespace tinycnn::fuzz {
namespace {

/// What the limits of model_spec.h promise of a model that summarize accepts.
void require_within_limits(const ModelSummary& summary) {
  std::int64_t operations = 0;
  for (const LayerSummary& layer : summary.layers) {
    const auto [channels, height, width] = layer.output;
    require(channels > 0 && height > 0 && width > 0, "sides above 0");
    const std::int64_t activations = std::int64_t{channels} * height * width;
    require(activations <= kMaxActivations, "activations within the limit");
    require(layer.output.size() == static_cast<std::size_t>(activations), "an exact size");
    require(layer.macs >= 0 && layer.operations > 0, "a cost");
    operations += layer.operations;
  }
  require(operations == summary.operations && operations <= kMaxOperations,
          "operations within the limit");
  require(summary.parameter_count > 0 && summary.parameter_count <= kMaxParameters,
          "parameters within the limit");
}

/// A plan says what memory it takes without taking it; that must not have wrapped around.
void require_sound_plan(const ModelSummary& summary, PlanKind kind) {
  const std::vector<ParameterRange> ranges(summary.layers.size());
  const Plan plan(summary, ranges, kind);
  std::size_t largest = summary.layers.back().output.block_size();
  if (kind == PlanKind::kInspectable) {
    for (const LayerSummary& layer : summary.layers) {
      largest = std::max(largest, layer.output.block_size());
    }
  }
  require(plan.workspace_size() >= largest, "a workspace that holds each output");
  require(plan.workspace_size() <= std::size_t{1} << 28, "a workspace within the limit");
}

}  // namespace

void model_spec(std::span<const std::uint8_t> bytes) {
  const Run run = read_run(bytes);
  try {
    const ModelSummary summary = summarize(run.spec);
    require_within_limits(summary);
    require_sound_plan(summary, PlanKind::kFused);
    require_sound_plan(summary, PlanKind::kInspectable);
    if (is_cheap(summary)) {
      SerialExecutor executor;
      Trainer trainer(run.spec, run.options, executor);
      train_once(trainer, run.samples);
    }
  } catch (const Error& error) {
    require(error.what()[0] == '[', "an error that says where");
  } catch (const std::bad_alloc&) {
    // 32 bits may not have what 64 have.
  }
}

}  // namespace tinycnn::fuzz
