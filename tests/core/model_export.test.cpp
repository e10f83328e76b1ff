// SPDX-License-Identifier: MIT
// Exporting from C++: what is refused, and that every format writes every network. tests/formats
// runs the files.
#include "tinycnn/model_export.h"

#include <doctest/doctest.h>

#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "support/datasets.h"
#include "support/refusal.h"
#include "support/specs.h"
#include "tinycnn/checkpoint.h"
#include "tinycnn/executor.h"

namespace tinycnn::test {
namespace {

TrainedModel example() {
  SerialExecutor executor;
  Trainer trainer(small_model(), {}, executor);
  return trained_model(trainer);
}

std::string refusal_of(const TrainedModel& model, std::initializer_list<std::string_view> parts) {
  return wrong_refusal([&] { export_model(model, {}); }, parts);
}

}  // namespace

TEST_CASE("export: formats have names") {
  for (int i = 0; i < kExportFormats; ++i) {
    const auto format = static_cast<ExportFormat>(i);
    CHECK(export_format_from_string(to_string(format)) == format);
  }
  CHECK(wrong_refusal([] { export_format_from_string("onxx"); },
                      {"safetensors", "onnx", "'onxx'"}) == "");
}

TEST_CASE("export: every format writes networks of every kind") {
  SerialExecutor executor;
  for (const ModelSpec& spec : {small_model(), branched_model()}) {
    Trainer trainer(spec, {}, executor);
    const TrainedModel model = trained_model(trainer);
    for (int i = 0; i < kExportFormats; ++i) {
      CHECK(export_model(model, {.format = static_cast<ExportFormat>(i)}).size() > 100);
    }
  }
}

TEST_CASE("export: a checkpoint gives what its trainer gives, averaged weights included") {
  for (const auto& [decay, steps] : {std::pair{0.0, 3}, {0.5, 3}, {0.5, 0}}) {
    CAPTURE(decay);
    CAPTURE(steps);
    SerialExecutor executor;
    Trainer trainer(branched_model(), {.batch_size = 4, .ema_decay = decay}, executor);
    trainer.set_data(Split::kTrain, noise_images(8, 8, 4));
    if (steps > 0) {
      trainer.train_steps(steps);
    }
    const TrainedModel expected = trained_model(trainer);
    const TrainedModel found = trained_model(decode_checkpoint(trainer.save()));
    CHECK(found.step == steps);
    for (int i = 0; i < kExportFormats; ++i) {
      const ExportOptions options{.format = static_cast<ExportFormat>(i)};
      CHECK(export_model(found, options) == export_model(expected, options));
    }
  }
}

TEST_CASE("export: a checkpoint with too few or too many weights is refused") {
  SerialExecutor executor;
  Trainer trainer(small_model(), {}, executor);
  Checkpoint checkpoint = decode_checkpoint(trainer.save());
  checkpoint.parameters.push_back(1.0F);
  CHECK(wrong_refusal([&] { trained_model(checkpoint); }, {"no further weights, got 1"}) == "");
  checkpoint.parameters.resize(checkpoint.parameters.size() - 2);
  CHECK(wrong_refusal([&] { trained_model(checkpoint); }, {"more weights, got "}) == "");
}

TEST_CASE("export: a network of a thousand layers that read each other twice takes no time") {
  std::vector<LayerSpec> layers{conv2d("conv", 2, {1, 1})};
  for (int i = 0; i < 500; ++i) {
    layers.push_back(relu("relu" + std::to_string(i)));
    const std::string name = layers.back().name;
    layers.push_back(from({name, name}, plain("add" + std::to_string(i), LayerType::kAdd)));
  }
  layers.push_back(flatten("flatten"));
  SerialExecutor executor;
  Trainer trainer(model({1, 2, 2}, std::move(layers)), {}, executor);
  const TrainedModel trained = trained_model(trainer);
  for (int i = 0; i < kExportFormats; ++i) {
    CHECK(export_model(trained, {.format = static_cast<ExportFormat>(i)}).size() > 1000);
  }
}

TEST_CASE("export: parameters that are not those of the spec are refused") {
  TrainedModel model = example();
  model.parameters.pop_back();
  CHECK(refusal_of(model, {"expected 5 tensors, got 4"}) == "");
  model = example();
  model.parameters[1].shape = {18};
  CHECK(refusal_of(model, {"fc1.weight of shape ["}) == "");
  model = example();
  model.parameters[0].data.pop_back();
  CHECK(refusal_of(model, {"conv.weight"}) == "");
}

TEST_CASE("export: weights that are not finite are refused") {
  TrainedModel model = example();
  model.parameters[0].data[3] = std::numeric_limits<float>::quiet_NaN();
  CHECK(refusal_of(model, {"finite weights, got nan in conv.weight"}) == "");
}

}  // namespace tinycnn::test
