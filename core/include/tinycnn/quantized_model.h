// SPDX-License-Identifier: MIT
// A trained network in 8-bit integers, by TensorFlow Lite's rules: weights are symmetric int8, per
// output channel (linear layers: per layer), activations asymmetric int8 per layer, biases int32,
// and products with real factors are fixed-point. Inference uses integers alone, so the scores are
// the same on every machine.
// Rules: https://ai.google.dev/edge/litert/models/quantization_spec
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tinycnn/dataset.h"
#include "tinycnn/loss.h"
#include "tinycnn/model_export.h"
#include "tinycnn/trainer.h"

namespace tinycnn {

class Int8Interpreter;

/// real = scale * (integer - zero_point)
struct Quantization {
  float scale = 1.0F;
  std::int32_t zero_point = 0;  ///< -128..127

  [[nodiscard]] double to_real(std::int32_t value) const {
    return double{scale} * (value - zero_point);
  }
  friend bool operator==(const Quantization&, const Quantization&) = default;
};

/// mantissa / 2^31 * 2^shift. mantissa: 0, or from 2^30.
struct FixedPointMultiplier {
  std::int32_t mantissa = 0;
  int shift = 0;

  friend bool operator==(const FixedPointMultiplier&, const FixedPointMultiplier&) = default;
};

/// What a step computes.
enum class QuantizedOperation : std::uint8_t {
  kConv2d = 0,  ///< also batch norm (1x1, depthwise) and global average (H x W, depthwise)
  kLinear = 1,
  kMaxPool2d = 2,
  kAvgPool2d = 3,
  kAdd = 4,         ///< of two inputs
  kConcat = 5,      ///< of inputs with one quantization
  kFlatten = 6,     ///< [C,H,W] to [C*H*W], channels outermost
  kActivation = 7,  ///< by a table; `layer` says which
  kRequantize = 8,  ///< to another quantization, by a table
  kZeroPad2d = 9,
  kMultiply = 10,  ///< of two inputs, one of which may be a vector of the other's channels
};

/// The name of an operation in texts and in JavaScript: "conv2d", "requantize", …
std::string_view to_string(QuantizedOperation operation);

/// One step of a quantized network, with its integers. Which members an operation uses, they say.
struct QuantizedStep {
  QuantizedOperation operation = QuantizedOperation::kConv2d;
  LayerType layer = LayerType::kConv2d;  ///< that it computes or comes from
  std::string name{};                    ///< of the layer whose output it gives
  std::vector<int> inputs{};             ///< the steps that it reads; -1 is the model's input
  Shape input{};                         ///< of the first input
  Shape output{};
  Size2d kernel_size{};
  Size2d stride{};
  Size2d padding{};  ///< with the input's zero point; of a max-pool with nothing
  Size2d dilation{1, 1};
  Sides2d sides{};  ///< kZeroPad2d; filled with the zero point
  int groups = 1;
  double negative_slope = 0.0;        ///< kLeakyReLU
  bool relu = false;                  ///< whether `min` is the output's zero point
  bool relu6 = false;                 ///< whether `max` is, too, at most 6
  std::vector<std::int8_t> weight{};  ///< [K][C/groups][R][S], [out][in]; -127..127
  std::vector<float> weight_scale{};  ///< [K]; linear: one
  std::vector<std::int32_t> bias{};   ///< [K], in units of input scale * weight scale
  /// [K]; linear, requantize, multiply: one; add: of both inputs and the output.
  std::vector<FixedPointMultiplier> multiplier{};
  std::vector<std::int8_t> table{};  ///< output of every input from -128 to 127
  Quantization quantization{};       ///< of the output
  std::int32_t min = -128;           ///< of the output
  std::int32_t max = 127;
  std::int64_t macs = 0;   ///< multiply-adds of one sample
  std::size_t bytes = 0;   ///< of weights, biases, scales and tables
  double range_min = 0.0;  ///< of the floating-point output on the calibration images
  double range_max = 0.0;
};

/// What exported files say of the network that a quantized one was made of.
struct NetworkFacts {
  std::size_t parameter_count = 0;
  std::string weights_hash{};              ///< of its float32 weights: FNV-1a, in hexadecimal
  std::vector<std::string> class_names{};  ///< in the order of the scores
  std::vector<std::pair<std::string, std::string>> metadata{};  ///< keys, and JSON
};

/// A network that predicts with integers alone, on the calling thread. Immutable, so that threads
/// can share it.
class QuantizedModel {
 public:
  /// Quantizes a trained network; the calibration images set the ranges of its activations. Throws
  /// Error for a model that export_model would refuse, for no calibration images or images
  /// of another shape than the model's input, for activations that are not finite, for a softmax
  /// that is not the last layer, and for layers with more than 65,000 inputs per output.
  QuantizedModel(const TrainedModel& model, const Images& calibration);

  /// The network's name, what files say of it, the shape of its input and its number of scores,
  /// and how pixels are normalized.
  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const NetworkFacts& facts() const { return facts_; }
  [[nodiscard]] const Shape& input() const { return input_; }
  [[nodiscard]] int classes() const { return steps_.back().output.channels; }
  [[nodiscard]] const Normalization& normalization() const { return normalization_; }
  /// Of the normalized input; with MNIST's normalization a pixel of p becomes p - 128.
  [[nodiscard]] const Quantization& input_quantization() const { return input_quantization_; }
  /// Of the scores.
  [[nodiscard]] const Quantization& output_quantization() const {
    return steps_.back().quantization;
  }
  /// In the order of execution; the last one gives the scores.
  [[nodiscard]] std::span<const QuantizedStep> steps() const { return steps_; }
  [[nodiscard]] std::int64_t macs() const;
  [[nodiscard]] std::size_t bytes() const;

  /// The integer that a pixel, 0..255, becomes.
  [[nodiscard]] std::int8_t quantize_pixel(float pixel) const;

  /// pixels: images [C][H][W], 0..255, one after another. Returns [N][classes]. A softmax or
  /// log-softmax at the end of the model is left out, so these are its logits. Throws Error unless
  /// the number of pixels is a multiple of an image's.
  [[nodiscard]] std::vector<std::int8_t> scores(std::span<const float> pixels) const;
  /// The same as real numbers.
  [[nodiscard]] std::vector<float> logits(std::span<const float> pixels) const;
  /// The class probabilities: softmax of the logits or, if trained with squared error, their shares
  /// of the sum.
  [[nodiscard]] std::vector<float> predict(std::span<const float> pixels) const;
  /// The output of every step for one image, in order.
  [[nodiscard]] std::vector<std::vector<std::int8_t>> activations(
      std::span<const float> pixels) const;
  /// Evaluates samples first..first+count of `data` (fewer at its end), with the loss that the
  /// model was trained with. Throws Error unless images and labels fit the model.
  [[nodiscard]] Evaluation evaluate(const Dataset& data, std::size_t first,
                                    std::size_t count) const;

 private:
  void load(std::span<const float> pixels, Int8Interpreter& interpreter) const;
  void dequantize(std::span<const std::int8_t> scores, std::span<float> logits) const;

  std::string name_;
  NetworkFacts facts_{};
  Shape input_{};
  Normalization normalization_{};
  LossOptions loss_{};
  Quantization input_quantization_{};
  std::vector<QuantizedStep> steps_;
};

/// { bytes, macs, input, output, layers }: sizes, and for every step its name, operation, shape,
/// quantization and range on the calibration images.
std::string report_json(const QuantizedModel& model);

/// The bytes of a file of int8: kOnnx, kTflite or kC. input counts for kOnnx alone, fold_batch_norm
/// for none. Throws Error for another format.
std::vector<std::uint8_t> export_model(const QuantizedModel& model, const ExportOptions& options);

/// `count` images of a data set, evenly spread over it, or all.
Images calibration_images(const Dataset& data, std::size_t count);

}  // namespace tinycnn
