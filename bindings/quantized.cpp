// SPDX-License-Identifier: MIT
// Quantized networks in the module of formats: one in each instance, made once. The only caller is
// bindings/src/quantize.ts.
#include "tinycnn/quantized_model.h"

#include <emscripten/emscripten.h>

#include <algorithm>
#include <memory>

#include "network_result.h"
#include "tinycnn/checkpoint.h"
#include "tinycnn/quantization_aware.h"

namespace tinycnn::bindings {
namespace {

std::unique_ptr<QuantizedModel>& the_model() {
  static std::unique_ptr<QuantizedModel> model;
  return model;
}

Images images_of(const Shape& shape, const std::uint8_t* pixels, std::size_t count) {
  return {.count = static_cast<int>(count),
          .channels = shape.channels,
          .height = shape.height,
          .width = shape.width,
          .pixels = {pixels, pixels + count * shape.size()}};
}

/// What predict_quantized returns.
enum class Wanted : std::uint8_t { kScores = 0, kLogits = 1, kProbabilities = 2 };

}  // namespace

extern "C" {

/// checkpoint: as session.save() gives it; pixels: `count` images of its model's input. The result
/// is the report as JSON.
EMSCRIPTEN_KEEPALIVE int quantize(const std::uint8_t* checkpoint, std::size_t size,
                                  const std::uint8_t* pixels, std::size_t count) {
  return guarded("quantize", [&] {
    const TrainedModel model = trained_model(decode_checkpoint(std::span(checkpoint, size)));
    the_model() =
        std::make_unique<QuantizedModel>(model, images_of(model.spec.input, pixels, count));
    const std::string report = report_json(*the_model());
    set_result(std::span<const char>(report));
  });
}

/// The same for a network that rounds as it will in integers. The result is a network with the JSON
/// of network_json.
EMSCRIPTEN_KEEPALIVE int quantization_aware(const std::uint8_t* checkpoint, std::size_t size,
                                            const std::uint8_t* pixels, std::size_t count) {
  return guarded("quantizationAware", [&] {
    const TrainedModel model = trained_model(decode_checkpoint(std::span(checkpoint, size)));
    const TrainedModel rounding =
        tinycnn::quantization_aware(model, images_of(model.spec.input, pixels, count));
    set_network(network_json(rounding), rounding.parameters);
  });
}

/// pixels: images one after another; wanted: see Wanted. The result is int8 for scores, else float.
EMSCRIPTEN_KEEPALIVE int predict_quantized(const float* pixels, std::size_t size, int wanted) {
  return guarded("quantized", [&] {
    const std::span images(pixels, size);
    if (static_cast<Wanted>(wanted) == Wanted::kScores) {
      set_result(std::span<const std::int8_t>(the_model()->scores(images)));
      return;
    }
    const bool is_raw = static_cast<Wanted>(wanted) == Wanted::kLogits;
    const std::vector<float> values =
        is_raw ? the_model()->logits(images) : the_model()->predict(images);
    set_result(std::span<const float>(values));
  });
}

/// `count` images of the model's input and their labels. The result is doubles: the sum of losses,
/// then the confusion matrix, [true][predicted].
EMSCRIPTEN_KEEPALIVE int evaluate_quantized(const std::uint8_t* pixels, const std::uint8_t* labels,
                                            std::size_t count) {
  return guarded("quantized", [&] {
    const Dataset data(images_of(the_model()->input(), pixels, count), {labels, labels + count});
    const Evaluation evaluation = the_model()->evaluate(data, 0, count);
    std::vector<double> numbers{evaluation.loss_sum};
    numbers.insert(numbers.end(), evaluation.confusion.begin(), evaluation.confusion.end());
    set_result(std::span<const double>(numbers));
  });
}

/// name, format, input and test_accuracy: as export_file takes them. The result is the file.
EMSCRIPTEN_KEEPALIVE int export_quantized(const char* name, std::size_t name_size, int format,
                                          int input, double test_accuracy) {
  return guarded("quantized.exportModel", [&] {
    ExportOptions options{.format = static_cast<ExportFormat>(format),
                          .name = {name, name_size},
                          .input = static_cast<ExportInput>(input)};
    if (test_accuracy >= 0.0) {
      options.test_accuracy = test_accuracy;
    }
    result() = export_model(*the_model(), options);
  });
}

}  // extern "C"
}  // namespace tinycnn::bindings
