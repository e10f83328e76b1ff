// SPDX-License-Identifier: MIT
// What is left of a trained network for prediction alone: dropout and what nobody reads disappear,
// batch norm becomes part of the layer before it or a scale and a shift per channel, and a ReLU
// part of what it reads. C and TensorFlow Lite are written from it.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "formats/batch_norm_folding.h"

namespace tinycnn {

struct InferenceStep {
  /// A layer that computes something: no dropout; both batch norms are kBatchNorm2d, y = weight * x
  /// + bias per channel; a kReLU stands for itself alone.
  LayerType type = LayerType::kReLU;
  std::string name;           ///< of the layer whose output it gives
  int computes = 0;           ///< the layer that it begins with
  int gives = 0;              ///< the layer whose output it gives
  LayerSpec spec{};           ///< kernel size, stride, padding, groups, negative slope, scale
  std::vector<int> inputs{};  ///< the steps that it reads; -1 is the normalized input
  Shape input{};              ///< of the first input
  Shape output{};
  FoldedWeights weights{};  ///< conv2d, linear, batch norm
  bool relu = false;        ///< whether a ReLU follows: conv2d, linear, batch norm, add
};

/// What becomes of fakeQuantize layers. Floating-point forms leave them out.
enum class RoundingLayers : std::uint8_t { kLeftOut, kKept };

class InferenceGraph {
 public:
  explicit InferenceGraph(const TrainedNetwork& network,
                          RoundingLayers rounding = RoundingLayers::kLeftOut);

  [[nodiscard]] std::span<const InferenceStep> steps() const { return steps_; }
  [[nodiscard]] const InferenceStep& step(int index) const {
    return steps_[static_cast<std::size_t>(index)];
  }
  /// The step that gives the scores, which is the last one.
  [[nodiscard]] int result() const { return static_cast<int>(steps_.size()) - 1; }
  /// The shape of what step `index` (-1: the input) gives.
  [[nodiscard]] const Shape& output_of(int index) const;
  /// The steps that read step `index` (-1: the input), in order; one for each time it is read.
  [[nodiscard]] std::span<const int> readers(int index) const {
    return readers_[static_cast<std::size_t>(index + 1)];
  }

 private:
  Shape input_{};
  std::vector<InferenceStep> steps_;
  std::vector<std::vector<int>> readers_;  // of the input, then of each step
};

}  // namespace tinycnn
