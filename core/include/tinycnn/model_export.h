// SPDX-License-Identifier: MIT
// A trained network as a file for other programs: ONNX, TensorFlow Lite, C, PyTorch, JSON. Every
// network that the engine can train can be written in every format; docs/formats.md describes them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tinycnn/trainer.h"

namespace tinycnn {

/// The formats of files. docs/formats.md says what is in them.
enum class ExportFormat : std::uint8_t {
  kSafetensors = 0,  ///< the weights under PyTorch's state_dict names, with metadata
  kPyTorch = 1,      ///< a Python module whose load(file) reads the safetensors file
  kOnnx = 2,         ///< opset 17, IR 8, batch dimension free
  kC = 3,            ///< one C99 header that needs no memory but its own
  kTflite = 4,       ///< TensorFlow Lite, images as [N,H,W,C]
  kJson = 5,         ///< spec and weights in the form of the package
};

/// How many there are.
inline constexpr int kExportFormats = 6;

/// The name of a format in texts and in JavaScript: "safetensors", "pytorch", …
std::string_view to_string(ExportFormat format);

/// Inverse of to_string. Throws Error with a list of the known names.
ExportFormat export_format_from_string(std::string_view name);

/// What the exported network reads; normalization is part of it where it is needed.
enum class ExportInput : std::uint8_t {
  kBytes = 0,       ///< pixels from 0 (background) to 255 (ink)
  kUnit = 1,        ///< pixels from 0 to 1
  kNormalized = 2,  ///< what the first layer reads: (pixel / 255 - mean) / std
};

/// What is written. Members that a format does not use are ignored.
struct ExportOptions {
  ExportFormat format = ExportFormat::kSafetensors;
  /// Of the network in the file, in place of the spec's.
  std::string name{};
  /// onnx, tflite
  ExportInput input = ExportInput::kBytes;
  /// onnx: whether convolutions and linear layers do the batch norm after them. One that does not
  /// directly follow such a layer stays a node.
  bool fold_batch_norm = false;
  /// c: 0..1, printed in the header.
  std::optional<double> test_accuracy{};
};

/// A network with the weights that it predicts with, and how it was trained.
struct TrainedModel {
  ModelSpec spec;
  TrainerOptions options{};             ///< normalization, class names and recipe
  std::int64_t step = 0;                ///< mini-batches trained
  std::vector<NamedTensor> parameters;  ///< in the order of PyTorch's state_dict
};

/// The network as the trainer evaluates it: with the moving average of the weights, if there is
/// one.
TrainedModel trained_model(Trainer& trainer);

/// The same of a run that was saved. Throws Error if its spec is invalid or its weights are too few
/// or too many.
TrainedModel trained_model(const Checkpoint& checkpoint);

/// The bytes of a file. Throws Error for an invalid spec, for parameters whose names, order or
/// shapes are not those of the spec, and for weights that are NaN or infinite.
std::vector<std::uint8_t> export_model(const TrainedModel& model, const ExportOptions& options);

}  // namespace tinycnn
