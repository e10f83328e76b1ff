// SPDX-License-Identifier: MIT
// A trained network from a file: one of another program (ONNX, safetensors, PyTorch), or one that
// this library wrote. docs/formats.md says what is read.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tinycnn/model_export.h"

namespace tinycnn {

/// The formats that import_model tells apart by their bytes.
enum class ImportFormat : std::uint8_t {
  kOnnx = 0,         ///< opset 7 to 21
  kSafetensors = 1,  ///< weights under names
  kPyTorch = 2,      ///< weights that torch.save wrote: a zip file of a pickle and tensors
  kJson = 3,         ///< what ExportFormat::kJson writes
  kCheckpoint = 4,   ///< what Trainer::save writes
};

/// The name of a format in texts and in JavaScript: "onnx", "safetensors", "pytorch", …
std::string_view to_string(ImportFormat format);

/// What a file may not say of its network itself.
struct ImportOptions {
  /// The network that the weights belong to. Weights of safetensors and PyTorch files need it,
  /// unless the file names its network itself.
  std::optional<ModelSpec> spec{};
  /// What the file's network reads, unless the file says so: kBytes or kUnit.
  ExportInput input = ExportInput::kBytes;
};

/// What a file holds.
struct ImportedModel {
  ImportFormat format = ImportFormat::kOnnx;
  /// Of options only normalization and class names are read, and of own files the recipe. With
  /// them the network gives for pixels 0..255 what the file's network gives for its own input.
  TrainedModel model;
  /// What a reader should know: what was left out or expressed otherwise, in whole sentences.
  std::vector<std::string> notes;
};

/// Executes nothing of the file. Throws Error for bytes that are none of these formats or are
/// damaged, for weights that are NaN, infinite or do not fit the spec, and for networks that the
/// engine does not have; the text names the node.
ImportedModel import_model(std::span<const std::uint8_t> bytes, const ImportOptions& options = {});

/// All but the values of the parameters: { spec, classNames, normalize, format, notes, parameters:
/// [{ name, shape }] }, in the form of the package's types.
std::string imported_json(const ImportedModel& imported);

/// A network in the form of the package's ModelSpec. Throws Error, which names `what`, for text
/// that is no JSON, unknown names and values of a wrong type; whether the layers fit together is
/// left to import_model.
ModelSpec model_spec_from_json(std::string_view json, std::string_view what);

}  // namespace tinycnn
