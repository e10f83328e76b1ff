// SPDX-License-Identifier: MIT
#include "formats/quantized_writers.h"
#include "support/text.h"

namespace tinycnn {

std::vector<std::uint8_t> export_model(const QuantizedModel& model, const ExportOptions& options) {
  ExportOptions chosen = options;
  if (chosen.name.empty()) {
    chosen.name = model.name();
  }
  switch (options.format) {
    case ExportFormat::kC:
      return write_quantized_c(model, chosen);
    case ExportFormat::kTflite:
      return write_quantized_tflite(model, chosen);
    case ExportFormat::kOnnx:
      return write_quantized_onnx(model, chosen);
    default:
      fail("[quantized.exportModel] expected the format onnx, tflite or c, got ",
           to_string(options.format));
  }
}

}  // namespace tinycnn
