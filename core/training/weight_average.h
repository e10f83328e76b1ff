// SPDX-License-Identifier: MIT
// The exponential moving average of the trained weights, with which a trainer evaluates and
// predicts: torch.optim.swa_utils.AveragedModel with a decay that is warmed up, as TensorFlow's
// ExponentialMovingAverage with num_updates does. At step t (from 0) it is min(decay, t / (t + 9)).
// With a constant decay the average of the first hundred steps would be that of an untrained
// network.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "plan/compiled_model.h"
#include "support/buffer.h"

namespace tinycnn {

/// All parameters of a model as the plans read them, and in the layout that the kernels need.
struct EvaluationWeights {
  std::span<const float> parameters;
  std::span<const float> packed;
};

class WeightAverage {
 public:
  /// size: floats that are trained; 0: no average is kept.
  explicit WeightAverage(std::size_t size = 0) : values_(size) {}
  /// An average that goes on from these values.
  explicit WeightAverage(Buffer&& values) noexcept : values_(std::move(values)) {}

  [[nodiscard]] bool is_kept() const { return !values_.empty(); }
  [[nodiscard]] std::span<const float> values() const { return values_; }
  [[nodiscard]] std::span<float> mutable_values() { return values_; }

  /// Takes `count` weights from `first` on, both multiples of B, into the average after the update
  /// of step `step`: after step 0 the average is the weights. Several threads may update different
  /// parts.
  void update(double decay, std::int64_t step, std::span<const float> trained, std::size_t first,
              std::size_t count) noexcept;

  /// The average in place of what is trained, with the model's frozen parameters and buffers; the
  /// model's own weights without an average and before the first step. Valid until the next call or
  /// change of either. A change of the average counts once the model's parameters have changed,
  /// too: until then, further calls copy and pack nothing.
  EvaluationWeights weights(const CompiledModel& model, std::int64_t step);

  [[nodiscard]] std::size_t memory_bytes() const {
    return (values_.size() + all_.size() + packed_.size()) * sizeof(float);
  }

 private:
  Buffer values_;
  Buffer all_;  // of weights()
  Buffer packed_;
  std::uint64_t version_ = 0;  // of the model's parameters in all_ and packed_; 0: none
};

}  // namespace tinycnn
