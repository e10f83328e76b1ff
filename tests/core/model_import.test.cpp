// SPDX-License-Identifier: MIT
// Importing in C++: what is exported comes in as it was, and what is damaged is refused with a
// sentence. tests/formats reads files of other programs.
#include "tinycnn/model_import.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "support/datasets.h"
#include "support/refusal.h"
#include "support/specs.h"
#include "tinycnn/checkpoint.h"
#include "tinycnn/executor.h"

namespace tinycnn::test {
namespace {

using FileBytes = std::vector<std::uint8_t>;

TrainedModel trained(const ModelSpec& spec) {
  SerialExecutor executor;
  Trainer trainer(spec, {.normalization = {.mean = 0.25, .std = 0.5}}, executor);
  return trained_model(trainer);
}

std::string refusal_of(const FileBytes& bytes, std::initializer_list<std::string_view> parts,
                       const ImportOptions& options = {}) {
  return wrong_refusal([&] { import_model(bytes, options); }, parts);
}

FileBytes bytes_of(std::string_view text) { return {text.begin(), text.end()}; }

/// The text of what refuses a file; empty for one that comes in.
std::string text_of_refusal(std::span<const std::uint8_t> bytes, const ImportOptions& options) {
  try {
    static_cast<void>(import_model(bytes, options));
    return {};
  } catch (const Error& error) {
    return error.what();
  }
}

/// A file is refused at every length below `first_whole`, behind which there may be what it can do
/// without.
void check_cuts(const FileBytes& whole, std::size_t first_whole, const ImportOptions& options) {
  for (std::size_t size = 0; size < whole.size(); ++size) {
    CAPTURE(size);
    const std::string text = text_of_refusal({whole.data(), size}, options);
    CHECK((text.starts_with("[importModel") || (text.empty() && size >= first_whole)));
  }
}

}  // namespace

TEST_CASE("import: what is exported comes in with the same bits, names and normalization") {
  for (const ModelSpec& spec : {small_model(), branched_model()}) {
    const TrainedModel model = trained(spec);
    for (const ExportFormat format :
         {ExportFormat::kOnnx, ExportFormat::kSafetensors, ExportFormat::kJson}) {
      CAPTURE(to_string(format));
      const ImportedModel imported = import_model(export_model(model, {.format = format}));
      CHECK(to_string(imported.format) == to_string(format));
      CHECK(imported.model.options.normalization == model.options.normalization);
      CHECK(imported.notes.empty());
      REQUIRE(imported.model.parameters.size() == model.parameters.size());
      for (std::size_t i = 0; i < model.parameters.size(); ++i) {
        CHECK(imported.model.parameters[i].name == model.parameters[i].name);
        CHECK(imported.model.parameters[i].shape == model.parameters[i].shape);
        CHECK(imported.model.parameters[i].data == model.parameters[i].data);
      }
      CHECK(summarize(imported.model.spec).macs == summarize(spec).macs);
    }
  }
}

TEST_CASE("import: a checkpoint gives the weights that it predicts with, its names and its step") {
  SerialExecutor executor;
  Trainer trainer(branched_model(),
                  {.batch_size = 4, .ema_decay = 0.5, .class_names = {"a", "b", "c", "d"}},
                  executor);
  trainer.set_data(Split::kTrain, noise_images(8, 8, 4));
  trainer.train_steps(3);
  const ImportedModel imported = import_model(trainer.save());
  CHECK(imported.format == ImportFormat::kCheckpoint);
  CHECK(imported.model.step == 3);
  CHECK(imported.model.options == trainer.options());
  const std::vector<NamedTensor> expected = trainer.evaluated_parameters();
  REQUIRE(imported.model.parameters.size() == expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    CHECK(imported.model.parameters[i].data == expected[i].data);
  }
}

TEST_CASE("import: a file that is cut short anywhere is refused with a sentence") {
  const TrainedModel model = trained(small_model());
  const FileBytes onnx = export_model(model, {.format = ExportFormat::kOnnx});
  const std::string texts(onnx.begin(), onnx.end());
  constexpr std::size_t kKeyOfField = 8;
  check_cuts(onnx, texts.find("producer") - kKeyOfField, {});  // the graph is complete there
  const FileBytes safetensors = export_model(model, {.format = ExportFormat::kSafetensors});
  check_cuts(safetensors, safetensors.size(), {.spec = model.spec});
  const FileBytes json = export_model(model, {.format = ExportFormat::kJson});
  check_cuts(json, json.size(), {});
}

TEST_CASE("import: files of other kinds are named") {
  CHECK(refusal_of({}, {"0 bytes", "none of them"}) == "");
  CHECK(refusal_of(bytes_of("a text"), {"ONNX", "none of them"}) == "");
  CHECK(refusal_of(bytes_of("\x89HDF\r\n"), {"Keras", "tf2onnx"}) == "");
  CHECK(refusal_of(bytes_of("....TFL3...."), {"TensorFlow Lite"}) == "");
  CHECK(refusal_of(bytes_of("\x80\x02\x8a\x0al"), {"PyTorch 1.6"}) == "");
  CHECK(refusal_of(bytes_of("{\"a\": 1}"), {"other JSON"}) == "");
  CHECK(refusal_of(bytes_of("{\"a\": }"), {"a value at byte 6 of 7"}) == "");
  CHECK(refusal_of(bytes_of("PK\x03\x04 and nothing else"), {"zip", "cut short"}) == "");
}

TEST_CASE("import: weights without a network need a spec, and one that they fit") {
  TrainedModel model = trained(small_model());
  FileBytes file = export_model(model, {.format = ExportFormat::kSafetensors});
  const std::string text(file.begin(), file.end());
  file[text.find("TinyCNN")] = 'U';  // another program's
  CHECK(refusal_of(file, {"a spec for these weights"}) == "");
  CHECK(import_model(file, {.spec = model.spec}).model.parameters.size() ==
        model.parameters.size());
  CHECK(import_model(file, {.spec = model.spec}).model.options.normalization ==
        Normalization{.mean = 0.0, .std = 1.0 / 255.0});
  CHECK(import_model(file, {.spec = model.spec, .input = ExportInput::kUnit})
            .model.options.normalization == Normalization{.mean = 0.0, .std = 1.0});
  const ModelSpec other = branched_model();
  CHECK(refusal_of(file, {"expected weights for the layer", "got"}, {.spec = other}) == "");
}

TEST_CASE("import: JSON nested without end is refused") {
  CHECK(refusal_of(bytes_of("{\"a\":" + std::string(100'000, '[')), {"at most 64 levels"}) == "");
}

}  // namespace tinycnn::test
