// SPDX-License-Identifier: MIT
// One function per format, which export_model chooses from. Each returns the bytes of a file.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "formats/trained_network.h"

namespace tinycnn {

std::vector<std::uint8_t> write_safetensors(const TrainedNetwork& network,
                                            const ExportOptions& options);
std::vector<std::uint8_t> write_pytorch(const TrainedNetwork& network,
                                        const ExportOptions& options);
std::vector<std::uint8_t> write_onnx(const TrainedNetwork& network, const ExportOptions& options);
std::vector<std::uint8_t> write_c(const TrainedNetwork& network, const ExportOptions& options);
std::vector<std::uint8_t> write_tflite(const TrainedNetwork& network, const ExportOptions& options);
std::vector<std::uint8_t> write_json(const TrainedNetwork& network, const ExportOptions& options);

inline std::vector<std::uint8_t> to_bytes(std::string_view text) {
  return {text.begin(), text.end()};
}

}  // namespace tinycnn
