// SPDX-License-Identifier: MIT
#include "tinycnn/model_export.h"

#include <array>

#include "formats/writers.h"
#include "support/text.h"

namespace tinycnn {
namespace {

struct Format {
  std::string_view name;
  std::vector<std::uint8_t> (*write)(const TrainedNetwork&, const ExportOptions&);
};

/// In the order of ExportFormat's values.
constexpr std::array kFormats{
    Format{"safetensors", write_safetensors},
    Format{"pytorch", write_pytorch},
    Format{"onnx", write_onnx},
    Format{"c", write_c},
    Format{"tflite", write_tflite},
    Format{"json", write_json},
};
static_assert(kFormats.size() == kExportFormats);

}  // namespace

std::string_view to_string(ExportFormat format) {
  return kFormats[static_cast<std::size_t>(format)].name;
}

ExportFormat export_format_from_string(std::string_view name) {
  std::string known;
  for (std::size_t i = 0; i < kFormats.size(); ++i) {
    if (kFormats[i].name == name) {
      return static_cast<ExportFormat>(i);
    }
    known += concat(known.empty() ? "" : ", ", kFormats[i].name);
  }
  fail("[exportModel.format] expected one of ", known, ", got '", name, "'");
}

std::vector<std::uint8_t> export_model(const TrainedModel& model, const ExportOptions& options) {
  const TrainedNetwork network(model);
  ExportOptions chosen = options;
  if (chosen.name.empty()) {
    chosen.name = model.spec.name;
  }
  return kFormats[static_cast<std::size_t>(options.format)].write(network, chosen);
}

}  // namespace tinycnn
