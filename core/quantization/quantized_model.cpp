// SPDX-License-Identifier: MIT
#include "tinycnn/quantized_model.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "formats/c_text.h"
#include "formats/trained_network.h"
#include "quantization/calibration.h"
#include "quantization/fixed_point.h"
#include "quantization/int8_interpreter.h"
#include "quantization/quantizer.h"
#include "support/text.h"
#include "training/normalize.h"

namespace tinycnn {
namespace {

constexpr float kMaxPixel = 255.0F;

std::size_t best_of(std::span<const float> logits) {
  return static_cast<std::size_t>(std::ranges::max_element(logits) - logits.begin());
}

/// Minus the log-softmax of every logit.
void to_negative_log_likelihoods(std::span<float> logits) {
  const double max = double{std::ranges::max(logits)};
  double sum = 0.0;
  for (const float logit : logits) {
    sum += std::exp(double{logit} - max);
  }
  const double offset = max + std::log(sum);
  for (float& value : logits) {
    value = static_cast<float>(offset - double{value});
  }
}

double mean_squared_error(std::span<const float> outputs, std::size_t label) {
  double sum = 0.0;
  for (std::size_t k = 0; k < outputs.size(); ++k) {
    const double error = double{outputs[k]} - (k == label ? 1.0 : 0.0);
    sum += error * error;
  }
  return sum / static_cast<double>(outputs.size());
}

/// As the model was trained with; overwrites the logits.
double loss_of(const LossOptions& loss, std::span<float> logits, std::size_t label) {
  if (loss.type == LossType::kMeanSquaredError) {
    return mean_squared_error(logits, label);
  }
  to_negative_log_likelihoods(logits);
  const bool smooths = loss.type == LossType::kCrossEntropy;
  const double smoothing = smooths ? loss.label_smoothing : 0.0;
  double sum = 0.0;
  for (const float value : logits) {
    sum += double{value};
  }
  return (1.0 - smoothing) * double{logits[label]} +
         smoothing * sum / static_cast<double>(logits.size());
}

void to_probabilities(LossType type, std::span<float> logits) {
  const bool shares = type == LossType::kMeanSquaredError;
  const float max = std::ranges::max(logits);
  float sum = 0.0F;
  for (float& value : logits) {
    value = shares ? std::max(value, 0.0F) : std::exp(value - max);
    sum += value;
  }
  for (float& value : logits) {
    value = sum > 0.0F ? value / sum : 1.0F / static_cast<float>(logits.size());
  }
}

NetworkFacts facts_of(const TrainedModel& model) {
  const TrainedNetwork network(model);
  return {.parameter_count = static_cast<std::size_t>(network.summary().parameter_count),
          .weights_hash = hash_of(model.parameters),
          .class_names = network.class_names(),
          .metadata = metadata_of(network)};
}

}  // namespace

std::string_view to_string(QuantizedOperation operation) {
  constexpr std::array<std::string_view, 11> kNames{
      "conv2d",  "linear",     "maxPool2d",  "avgPool2d", "add",     "concat",
      "flatten", "activation", "requantize", "zeroPad2d", "multiply"};
  return kNames[static_cast<std::size_t>(operation)];
}

QuantizedModel::QuantizedModel(const TrainedModel& model, const Images& calibration)
    : name_(model.spec.name),
      normalization_(model.options.normalization),
      loss_(model.options.loss) {
  const LoweredNetwork network = lower(model);
  facts_ = facts_of(model);
  input_ = network.input;
  const Quantization of_pixels = quantization_of(double{normalize(normalization_, 0.0F)},
                                                 double{normalize(normalization_, kMaxPixel)});
  input_quantization_ = network.input_quantization.value_or(of_pixels);
  steps_ = quantize(network, input_quantization_, calibrate(network, normalization_, calibration));
}

std::int64_t QuantizedModel::macs() const {
  std::int64_t sum = 0;
  for (const QuantizedStep& step : steps_) {
    sum += step.macs;
  }
  return sum;
}

std::size_t QuantizedModel::bytes() const {
  std::size_t sum = 0;
  for (const QuantizedStep& step : steps_) {
    sum += step.bytes;
  }
  return sum;
}

void QuantizedModel::load(std::span<const float> pixels, Int8Interpreter& interpreter) const {
  std::ranges::transform(pixels, interpreter.input().begin(),
                         [&](float pixel) { return quantize_pixel(pixel); });
}

std::int8_t QuantizedModel::quantize_pixel(float pixel) const {
  return quantize(double{normalize(normalization_, pixel)}, input_quantization_);
}

std::vector<std::int8_t> QuantizedModel::scores(std::span<const float> pixels) const {
  const std::size_t size = input_.size();
  if (pixels.size() % size != 0) {
    fail("[quantized] expected images of ", size, " pixels, got ", pixels.size());
  }
  Int8Interpreter interpreter(*this);
  std::vector<std::int8_t> scores;
  for (std::size_t first = 0; first < pixels.size(); first += size) {
    load(pixels.subspan(first, size), interpreter);
    interpreter.run();
    scores.insert(scores.end(), interpreter.scores().begin(), interpreter.scores().end());
  }
  return scores;
}

void QuantizedModel::dequantize(std::span<const std::int8_t> scores,
                                std::span<float> logits) const {
  std::ranges::transform(scores, logits.begin(), [&](std::int8_t score) {
    return static_cast<float>(output_quantization().to_real(score));
  });
}

std::vector<float> QuantizedModel::logits(std::span<const float> pixels) const {
  const std::vector<std::int8_t> integers = scores(pixels);
  std::vector<float> logits(integers.size());
  dequantize(integers, logits);
  return logits;
}

std::vector<float> QuantizedModel::predict(std::span<const float> pixels) const {
  std::vector<float> values = logits(pixels);
  const auto classes = static_cast<std::size_t>(this->classes());
  for (std::size_t first = 0; first < values.size(); first += classes) {
    to_probabilities(loss_.type, std::span(values).subspan(first, classes));
  }
  return values;
}

std::vector<std::vector<std::int8_t>> QuantizedModel::activations(
    std::span<const float> pixels) const {
  require_pixels(input_, pixels.size());
  Int8Interpreter interpreter(*this);
  load(pixels, interpreter);
  interpreter.run();
  std::vector<std::vector<std::int8_t>> outputs;
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    const auto output = interpreter.output(static_cast<int>(i));
    outputs.emplace_back(output.begin(), output.end());
  }
  return outputs;
}

Evaluation QuantizedModel::evaluate(const Dataset& data, std::size_t first,
                                    std::size_t count) const {
  if (data.size() > 0 && data.shape() != input_) {
    fail("[quantized] expected images of ", input_.size(), " pixels, got ", data.shape().size());
  }
  data.require_labels_below(classes());
  const auto classes = static_cast<std::size_t>(this->classes());
  const std::size_t begin = std::min(first, data.size());
  Evaluation evaluation{.count = std::min(count, data.size() - begin),
                        .confusion = std::vector<std::uint32_t>(classes * classes),
                        .predicted = {}};
  Int8Interpreter interpreter(*this);
  std::vector<float> pixels(input_.size());
  std::vector<float> outputs(classes);
  for (std::size_t i = begin; i < begin + evaluation.count; ++i) {
    std::copy_n(data.pixels(i), pixels.size(), pixels.begin());
    load(pixels, interpreter);
    interpreter.run();
    dequantize(interpreter.scores(), outputs);
    const std::size_t best = best_of(outputs);
    evaluation.loss_sum += loss_of(loss_, outputs, data.label(i));
    evaluation.correct += best == data.label(i) ? 1 : 0;
    evaluation.predicted.push_back(static_cast<std::uint8_t>(best));
    ++evaluation.confusion[data.label(i) * classes + best];
  }
  return evaluation;
}

Images calibration_images(const Dataset& data, std::size_t count) {
  const std::size_t used = std::min(count, data.size());
  Images images{.count = static_cast<int>(used),
                .channels = data.channels(),
                .height = data.height(),
                .width = data.width(),
                .pixels = {}};
  for (std::size_t i = 0; i < used; ++i) {
    const std::uint8_t* pixels = data.pixels(i * data.size() / used);
    images.pixels.insert(images.pixels.end(), pixels, pixels + data.shape().size());
  }
  return images;
}

}  // namespace tinycnn
