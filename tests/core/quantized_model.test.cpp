// SPDX-License-Identifier: MIT
// Quantized networks as users see them.
#include "tinycnn/quantized_model.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "support/datasets.h"
#include "support/refusal.h"
#include "support/specs.h"
#include "tinycnn/executor.h"
#include "tinycnn/trainer.h"

namespace tinycnn::test {
namespace {

constexpr int kSide = 8;
constexpr int kClasses = 4;

struct Trained {
  explicit Trained(const ModelSpec& spec, const TrainerOptions& options = {}, int steps = 60)
      : data(pattern_images(400, kSide, kClasses)), trainer(spec, options, executor) {
    trainer.set_data(Split::kTrain, data);
    trainer.train_steps(steps);
  }

  [[nodiscard]] QuantizedModel quantized(std::size_t calibration = 100) {
    return {trained_model(trainer), calibration_images(data, calibration)};
  }

  SerialExecutor executor;
  Dataset data;
  Trainer trainer;
};

std::vector<float> pixels_of(const Dataset& data, std::size_t count) {
  const std::uint8_t* pixels = data.pixels(0);
  return {pixels, pixels + count * data.shape().size()};
}

}  // namespace

TEST_CASE("a quantized network classifies like the float one, and evaluates as it predicts") {
  for (const ModelSpec& spec : {small_model(), branched_model()}) {
    Trained trained(spec, {.ema_decay = 0.9});
    const QuantizedModel model = trained.quantized();
    trained.trainer.set_data(Split::kTest, trained.data);
    const Evaluation expected = trained.trainer.evaluate(Split::kTest, 0, 400);
    const Evaluation got = model.evaluate(trained.data, 0, 400);
    CHECK(got.count == 400);
    std::size_t same = 0;
    for (std::size_t i = 0; i < got.count; ++i) {
      same += got.predicted[i] == expected.predicted[i] ? 1 : 0;
    }
    CHECK(same >= 392);
    CHECK(got.loss_sum == doctest::Approx(expected.loss_sum).epsilon(0.1));
    CHECK(std::accumulate(got.confusion.begin(), got.confusion.end(), 0U) == 400U);

    const std::vector<float> pixels = pixels_of(trained.data, 20);
    const std::vector<float> probabilities = model.predict(pixels);
    REQUIRE(probabilities.size() == 20 * kClasses);
    for (std::size_t i = 0; i < 20; ++i) {
      const auto first = probabilities.begin() + static_cast<std::ptrdiff_t>(i) * kClasses;
      CHECK(std::accumulate(first, first + kClasses, 0.0) == doctest::Approx(1.0));
      CHECK(std::max_element(first, first + kClasses) - first == got.predicted[i]);
    }
  }
}

TEST_CASE("an evaluation has the loss that the network was trained with") {
  ModelSpec log_probabilities = small_model();
  log_probabilities.layers.push_back(plain("log_softmax", LayerType::kLogSoftmax));
  const auto check = [](const ModelSpec& spec, const LossOptions& loss) {
    Trained trained(spec, {.loss = loss});
    trained.trainer.set_data(Split::kTest, trained.data);
    const double expected = trained.trainer.evaluate(Split::kTest, 0, 400).loss_sum;
    const double got = trained.quantized().evaluate(trained.data, 0, 400).loss_sum;
    CHECK(got == doctest::Approx(expected).epsilon(0.05));
  };
  check(small_model(), {});
  check(small_model(), {.label_smoothing = 0.3});
  check(small_model(), {.type = LossType::kMeanSquaredError});
  check(log_probabilities, {.type = LossType::kNegativeLogLikelihood});
}

TEST_CASE("scores are logits in units of their quantization") {
  Trained trained(small_model());
  const QuantizedModel model = trained.quantized();
  const std::vector<float> pixels = pixels_of(trained.data, 3);
  const std::vector<std::int8_t> scores = model.scores(pixels);
  const std::vector<float> logits = model.logits(pixels);
  REQUIRE(scores.size() == logits.size());
  for (std::size_t i = 0; i < scores.size(); ++i) {
    const Quantization& unit = model.output_quantization();
    CHECK(logits[i] == static_cast<float>(unit.to_real(scores[i])));
  }
}

TEST_CASE("with MNIST's normalization, a pixel of p is the integer p - 128") {
  const QuantizedModel model = Trained(small_model()).quantized();
  const Quantization& input = model.input_quantization();
  CHECK(input.zero_point == -95);
  CHECK(double{input.scale} == doctest::Approx(1.0 / (255.0 * 0.3081)));
}

TEST_CASE("bytes and multiply-adds are the sums of the steps") {
  Trained trained(small_model());
  const QuantizedModel model = trained.quantized();
  CHECK(model.macs() == trained.trainer.model().summary().macs);
  std::size_t weights = 0;
  for (const QuantizedStep& step : model.steps()) {
    weights += step.weight.size();
    CHECK(step.bytes >= step.weight.size());
  }
  CHECK(model.bytes() > weights);
  CHECK(model.bytes() < 2 * weights);
}

TEST_CASE("a channel whose weights are all zero keeps its bias, and a network of zeros works") {
  Trained trained(small_model());
  std::vector<NamedTensor> tensors = trained.trainer.parameters();
  for (NamedTensor& tensor : tensors) {
    const bool is_weight = tensor.name.ends_with("weight");
    for (float& value : tensor.data) {
      value = is_weight ? 0.0F : 0.25F;
    }
  }
  trained.trainer.set_parameters(tensors);
  const std::vector<float> image = pixels_of(trained.data, 1);
  for (const float logit : trained.quantized().logits(image)) {
    CHECK(logit == doctest::Approx(0.25).epsilon(1e-3));
  }
  for (NamedTensor& tensor : tensors) {
    std::ranges::fill(tensor.data, 0.0F);
  }
  trained.trainer.set_parameters(tensors);
  for (const float logit : trained.quantized().logits(image)) {
    CHECK(logit == 0.0F);
  }
}

TEST_CASE("quantized networks are written as ONNX, TensorFlow Lite and C, and as nothing else") {
  for (const ModelSpec& spec : {small_model(), branched_model()}) {
    const QuantizedModel model = Trained(spec, {}, 1).quantized();
    const auto written = [&](ExportFormat format, std::string_view name) {
      const auto bytes = export_model(model, {.format = format, .name = std::string(name)});
      return std::string(bytes.begin(), bytes.end());
    };
    CHECK(written(ExportFormat::kOnnx, "").find("QuantizeLinear") != std::string::npos);
    CHECK(written(ExportFormat::kTflite, "").substr(4, 4) == "TFL3");
    CHECK(written(ExportFormat::kC, "net").find("int net_predict(") != std::string::npos);
    for (const ExportFormat format :
         {ExportFormat::kSafetensors, ExportFormat::kPyTorch, ExportFormat::kJson}) {
      CHECK(wrong_refusal([&] { written(format, ""); },
                          {"[quantized.exportModel] expected the format onnx, tflite or c, got ",
                           to_string(format)}) == "");
    }
  }
}

TEST_CASE("what cannot be quantized is refused") {
  Trained trained(small_model());
  const TrainedModel good = trained_model(trained.trainer);
  const Images images = calibration_images(trained.data, 4);
  const auto refuses = [](const TrainedModel& given, const Images& calibration,
                          std::string_view text) {
    return wrong_refusal([&] { QuantizedModel(given, calibration); }, {text});
  };
  CHECK(refuses(good, {}, "[quantize] expected calibration images of shape [1,8,8]") == "");
  TrainedModel nan = good;
  nan.parameters[0].data[0] = std::numeric_limits<float>::quiet_NaN();
  CHECK(refuses(nan, images, "[quantize] expected finite weights, got nan") == "");
  TrainedModel huge = good;
  std::ranges::fill(huge.parameters[0].data, 3e38F);
  CHECK(refuses(huge, images, "[quantize] expected finite activations") == "");

  SerialExecutor executor;
  Trainer inner(
      model({1, kSide, kSide}, {flatten("flat"), linear("fc1", 6),
                                plain("softmax", LayerType::kSoftmax), linear("fc2", kClasses)}),
      {}, executor);
  CHECK(
      refuses(trained_model(inner), images,
              "[quantize] expected softmax as the last layer alone, got it as the layer softmax") ==
      "");

  const QuantizedModel quantized(good, images);
  const std::vector<float> short_image(kSide * kSide - 1);
  CHECK(wrong_refusal([&] { static_cast<void>(quantized.scores(short_image)); },
                      {"[quantized] expected images of 64 pixels, got 63"}) == "");
  CHECK(wrong_refusal(
            [&] { static_cast<void>(quantized.evaluate(noise_images(2, 9, kClasses), 0, 2)); },
            {"[quantized] expected images of 64 pixels, got 81"}) == "");
}

}  // namespace tinycnn::test
