// SPDX-License-Identifier: MIT
// A trained network as the steps that its quantized form has, still in floating point: batch norm
// that could not be folded and global averages are depthwise convolutions, sums have two inputs, a
// ReLU behind a max-pool moves before it, inputs of a concatenation get one quantization, and the
// softmax at the end is left out. A fakeQuantize layer says the quantization of what it reads;
// where something else reads that, too, it is a step of its own.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "tinycnn/quantized_model.h"

namespace tinycnn {

struct LoweredStep {
  QuantizedOperation operation = QuantizedOperation::kConv2d;
  LayerType layer = LayerType::kConv2d;
  std::string name{};
  int computes = kNone;       ///< the model's layer that it begins with
  int gives = kNone;          ///< the model's layer whose output it gives
  std::vector<int> inputs{};  ///< -1 is the normalized input
  Shape input{};              ///< of the first input
  Shape output{};
  Size2d kernel_size{};
  Size2d stride{};
  Size2d padding{};
  Size2d dilation{1, 1};
  Sides2d sides{};  ///< kZeroPad2d
  int groups = 1;
  double negative_slope = 0.0;
  bool relu = false;
  bool relu6 = false;  ///< also
  std::vector<float> weight{};
  std::vector<float> bias{};
  int same_as = kNone;                         ///< the step whose quantization its output has
  std::optional<Quantization> quantization{};  ///< where it does not follow from a range

  static constexpr int kNone = -2;
};

struct LoweredNetwork {
  Shape input{};
  std::optional<Quantization> input_quantization{};  ///< where a layer says it
  std::vector<LoweredStep> steps;

  [[nodiscard]] const Shape& output_of(int index) const {
    return index < 0 ? input : steps[static_cast<std::size_t>(index)].output;
  }
};

/// Throws Error as QuantizedModel does for a model.
LoweredNetwork lower(const TrainedModel& model);

/// Runs one image: the outputs of every step, [C][H][W] each. `input` is normalized.
class FloatInterpreter {
 public:
  /// The network must outlive it.
  explicit FloatInterpreter(const LoweredNetwork& network);
  void run(std::span<const float> input);
  /// -1: the input.
  [[nodiscard]] std::span<const float> output(int index) const {
    return values_[static_cast<std::size_t>(index + 1)];
  }

 private:
  void run_step(const LoweredStep& step, std::span<float> result);

  const LoweredNetwork& network_;
  std::vector<std::vector<float>> values_;  // the input, then what every step gives
};

inline constexpr float kMaxReLU6 = 6.0F;

/// An activation function of a real number: kReLU, kReLU6, kLeakyReLU, kSigmoid, kTanh, kSiLU,
/// kGELU.
double activate(LayerType type, double negative_slope, double x);

}  // namespace tinycnn
