// SPDX-License-Identifier: MIT
#include "tinycnn/model_import.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "formats/readers.h"
#include "formats/weight_fitting.h"
#include "support/text.h"

namespace tinycnn {
namespace {

constexpr double kMaxPixel = 255.0;

constexpr std::array<std::string_view, 5> kFormatNames{"onnx", "safetensors", "pytorch", "json",
                                                       "checkpoint"};

bool starts_with(Bytes bytes, std::string_view start, std::size_t at = 0) {
  return bytes.size() >= at + start.size() &&
         std::ranges::equal(bytes.subspan(at, start.size()), start,
                            [](std::uint8_t byte, char character) {
                              return byte == static_cast<std::uint8_t>(character);
                            });
}

/// Files that people have and that another program turns into one that is read here.
void refuse_known(Bytes bytes) {
  if (starts_with(bytes, "\x89HDF")) {
    fail(
        "[importModel] expected one of the formats that are read here, got a Keras file (HDF5): "
        "tf2onnx makes an ONNX file of it");
  }
  if (starts_with(bytes, "TFL3", 4)) {
    fail(
        "[importModel] expected one of the formats that are read here, got TensorFlow Lite: "
        "tf2onnx makes an ONNX file of it");
  }
  if (starts_with(bytes, "\x80\x02\x8a\x0a")) {
    fail(
        "[importModel] expected a zip file, as torch.save has written it since PyTorch 1.6, got "
        "an older PyTorch file: load and save it again");
  }
}

ImportFormat format_of(Bytes bytes) {
  refuse_known(bytes);
  if (starts_with(bytes, "TINYCNN\n")) {
    return ImportFormat::kCheckpoint;
  }
  if (starts_with(bytes, "PK\x03\x04")) {
    return ImportFormat::kPyTorch;
  }
  // The upper half of the header's length is 0; ONNX has the name of a program there.
  if (starts_with(bytes, "{", 8) && starts_with(bytes, std::string_view("\0\0\0\0", 4), 4)) {
    return ImportFormat::kSafetensors;
  }
  const auto first = std::ranges::find_if(bytes, [](std::uint8_t byte) {
    return byte != ' ' && byte != '\n' && byte != '\r' && byte != '\t';
  });
  if (first != bytes.end() && *first == '{') {
    return ImportFormat::kJson;
  }
  // Every ONNX file starts with the version of its format: field 1, a small integer.
  if (bytes.size() > 2 && bytes[0] == 8 && bytes[1] > 0 && bytes[1] < 128) {
    return ImportFormat::kOnnx;
  }
  fail(
      "[importModel] expected an ONNX, safetensors, PyTorch (.pt) or JSON file or a checkpoint, "
      "got ",
      bytes.size(), " bytes that start like none of them");
}

FileContents read(ImportFormat format, Bytes bytes, const ImportOptions& options) {
  switch (format) {
    case ImportFormat::kOnnx:
      return read_onnx(bytes, options);
    case ImportFormat::kSafetensors:
      return read_safetensors(bytes);
    case ImportFormat::kPyTorch:
      return read_torch_file(bytes);
    case ImportFormat::kJson:
      return read_json(bytes);
    default:
      return read_checkpoint(bytes);
  }
}

/// Of a network that reads its input as it is.
Normalization plain_normalization(ExportInput input) {
  return {.mean = 0.0, .std = input == ExportInput::kUnit ? 1.0 : 1.0 / kMaxPixel};
}

}  // namespace

std::string_view to_string(ImportFormat format) {
  return kFormatNames.at(static_cast<std::size_t>(format));
}

ImportedModel import_model(Bytes bytes, const ImportOptions& options) {
  const ImportFormat format = format_of(bytes);
  FileContents contents = read(format, bytes, options);
  if (!options.spec && !contents.spec) {
    fail("[importModel] expected a spec for these weights, since ", to_string(format),
         " files of other programs do not describe the network, got none");
  }
  ImportedModel imported{.format = format, .model = {}, .notes = std::move(contents.notes)};
  TrainedModel& model = imported.model;
  model.spec = options.spec ? *options.spec : *contents.spec;
  model.parameters = fitted_weights(model.spec, std::move(contents.tensors), imported.notes);
  model.options = std::move(contents.options);
  model.options.normalization = contents.normalization.value_or(plain_normalization(options.input));
  model.options.class_names = std::move(contents.class_names);
  model.step = contents.step;
  const auto classes = static_cast<std::size_t>(summarize(model.spec).classes);
  if (!model.options.class_names.empty() && model.options.class_names.size() != classes) {
    model.options.class_names.clear();
    imported.notes.push_back("The file names another number of classes than the network has.");
  }
  return imported;
}

}  // namespace tinycnn
