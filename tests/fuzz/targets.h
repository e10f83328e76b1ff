// SPDX-License-Identifier: MIT
// What is fuzzed. A target takes any bytes; whatever it finds wrong ends the program.
#pragma once

#include <cstdint>
#include <span>

namespace tinycnn::fuzz {

/// Bytes as a model (run_bytes.h): summarized, planned and, if it is cheap, trained, evaluated,
/// saved and loaded.
void model_spec(std::span<const std::uint8_t> bytes);

/// Bytes as a checkpoint, and as the payload of one with the right header and checksum.
void checkpoint(std::span<const std::uint8_t> bytes);

/// Bytes as a file to import, and as a part of one: an ONNX file without its first field; a header
/// of safetensors, ended by a 0, and values; a PyTorch file or the pickle in one; JSON. What comes
/// in predicts, and is written and read once more.
void onnx(std::span<const std::uint8_t> bytes);
void safetensors(std::span<const std::uint8_t> bytes);
void torch_file(std::span<const std::uint8_t> bytes);
void json(std::span<const std::uint8_t> bytes);

}  // namespace tinycnn::fuzz
