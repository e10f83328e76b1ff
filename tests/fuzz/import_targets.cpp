// SPDX-License-Identifier: MIT
// Readers of files: each takes any bytes as its file, and bytes as the part of a file that a few
// changed ones would not reach.
#include <algorithm>
#include <cstdint>
#include <new>
#include <optional>
#include <string_view>
#include <vector>

#include "formats/readers.h"
#include "fuzz/targets.h"
#include "fuzz/train_once.h"
#include "tinycnn/error.h"
#include "tinycnn/executor.h"
#include "tinycnn/model_import.h"
#include "tinycnn/trainer.h"

namespace tinycnn::fuzz {
namespace {

using FileBytes = std::vector<std::uint8_t>;

void append(FileBytes& bytes, std::uint64_t number, int size) {
  for (int i = 0; i < size; ++i) {
    bytes.push_back(static_cast<std::uint8_t>(i < 8 ? number >> (8 * i) : 0));
  }
}
void append(FileBytes& bytes, std::string_view text) {
  bytes.insert(bytes.end(), text.begin(), text.end());
}
void append(FileBytes& bytes, std::span<const std::uint8_t> more) {
  bytes.insert(bytes.end(), more.begin(), more.end());
}

/// The network that files of weights alone are read for.
ModelSpec small_spec() {
  return {
      .name = "small",
      .input = {.channels = 1, .height = 4, .width = 4},
      .layers = {
          {.name = "conv", .type = LayerType::kConv2d, .out_channels = 2, .kernel_size = {3, 3}},
          {.name = "bn", .type = LayerType::kBatchNorm2d},
          {.name = "flatten", .type = LayerType::kFlatten},
          {.name = "fc", .type = LayerType::kLinear, .out_features = 2}}};
}

/// Loads it into a trainer, and writes and reads it once more.
void use(const ImportedModel& imported) {
  const TrainedModel& model = imported.model;
  const ModelSummary summary = summarize(model.spec);
  require(!model.parameters.empty(), "parameters");
  if (!is_cheap(summary)) {
    return;
  }
  SerialExecutor executor;
  Trainer trainer(model.spec, {.normalization = model.options.normalization}, executor);
  trainer.set_parameters(model.parameters);
  const std::vector<float> pixels(summary.input.size(), 1.0F);
  require(trainer.logits(pixels).size() == static_cast<std::size_t>(summary.classes),
          "a score for each class");
  const FileBytes written = export_model(trained_model(trainer), {.format = ExportFormat::kOnnx});
  const ImportedModel again = import_model(written);
  require(again.model.parameters.size() == model.parameters.size(), "the same network again");
}

void read(std::span<const std::uint8_t> bytes, const ImportOptions& options) {
  try {
    use(import_model(bytes, options));
  } catch (const Error& error) {
    require(error.what()[0] == '[', "an error that says where");
  } catch (const std::bad_alloc&) {
    // 32 bits may not have what 64 have.
  }
}

struct File {
  std::string_view name;
  std::span<const std::uint8_t> bytes;
};

/// A zip archive of files as they are.
FileBytes zip_of(std::initializer_list<File> files) {
  FileBytes archive;
  FileBytes directory;
  for (const auto& [name, bytes] : files) {
    const std::size_t at = archive.size();
    const auto put_head = [&](FileBytes& to) {
      append(to, 0, 12);  // version, flags, method, time and date
      append(to, 0, 2);
      append(to, bytes.size(), 4);
      append(to, bytes.size(), 4);
      append(to, name.size(), 2);
      append(to, 0, 2);
    };
    append(archive, "PK\x03\x04");
    put_head(archive);
    append(archive, name);
    append(archive, bytes);
    append(directory, "PK\x01\x02");
    append(directory, 0, 2);
    put_head(directory);
    append(directory, 0, 10);
    append(directory, at, 4);
    append(directory, name);
  }
  const std::size_t at = archive.size();
  append(archive, directory);
  append(archive, "PK\x05\x06");
  append(archive, 0, 4);
  append(archive, files.size(), 2);
  append(archive, files.size(), 2);
  append(archive, directory.size(), 4);
  append(archive, at, 4);
  append(archive, 0, 2);
  return archive;
}

}  // namespace

void onnx(std::span<const std::uint8_t> bytes) {
  read(bytes, {});
  FileBytes started{8, 8};  // the version that every file starts with
  append(started, bytes);
  read(started, {.input = ExportInput::kUnit});
}

void safetensors(std::span<const std::uint8_t> bytes) {
  read(bytes, {.spec = small_spec()});
  FileBytes whole;
  const auto end = std::ranges::find(bytes, std::uint8_t{0});
  append(whole, static_cast<std::uint64_t>(end - bytes.begin()), 8);
  append(whole, bytes);
  read(whole, {.spec = small_spec()});
  read(whole, {});
}

void torch_file(std::span<const std::uint8_t> bytes) {
  read(bytes, {.spec = small_spec()});
  const FileBytes values(256, 0x3C);
  read(zip_of({{"a/data.pkl", bytes}, {"a/data/0", values}, {"a/data/1", values}}),
       {.spec = small_spec()});
}

void json(std::span<const std::uint8_t> bytes) {
  read(bytes, {});
  read(bytes, {.spec = small_spec()});
}

}  // namespace tinycnn::fuzz
