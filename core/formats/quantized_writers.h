// SPDX-License-Identifier: MIT
// The formats that quantized networks have. Each function returns the bytes of a file;
// options.name is not empty.
#pragma once

#include <cstdint>
#include <vector>

#include "tinycnn/quantized_model.h"

namespace tinycnn {

std::vector<std::uint8_t> write_quantized_tflite(const QuantizedModel& model,
                                                 const ExportOptions& options);
std::vector<std::uint8_t> write_quantized_onnx(const QuantizedModel& model,
                                               const ExportOptions& options);
std::vector<std::uint8_t> write_quantized_c(const QuantizedModel& model,
                                            const ExportOptions& options);

}  // namespace tinycnn
