// SPDX-License-Identifier: MIT
// How the modules of formats give a network: a u32, that many bytes of JSON, and the values of all
// parameters, float32. The JSON has their names and shapes. bindings/src/formats.ts reads it.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "outcome.h"
#include "tinycnn/trainer.h"

namespace tinycnn::bindings {

inline void set_network(std::string head, std::span<const NamedTensor> parameters) {
  head.append((sizeof(float) - head.size() % sizeof(float)) % sizeof(float), ' ');
  std::vector<std::uint8_t>& bytes = result();
  const auto length = static_cast<std::uint32_t>(head.size());
  const auto* length_bytes = reinterpret_cast<const std::uint8_t*>(&length);
  bytes.assign(length_bytes, length_bytes + sizeof(length));
  bytes.insert(bytes.end(), head.begin(), head.end());
  for (const NamedTensor& tensor : parameters) {
    const auto* values = reinterpret_cast<const std::uint8_t*>(tensor.data.data());
    bytes.insert(bytes.end(), values, values + tensor.data.size() * sizeof(float));
  }
}

}  // namespace tinycnn::bindings
