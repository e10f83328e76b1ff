// SPDX-License-Identifier: MIT
// Numbers as other programs store them, little endian, one after another.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace tinycnn {

enum class ElementType : std::uint8_t {
  kFloat32,
  kFloat64,
  kFloat16,
  kBFloat16,
  kInt8,
  kUint8,
  kInt16,
  kUint16,
  kInt32,
  kInt64,
  kBool
};

/// Bytes of one.
std::size_t size_of(ElementType type);
bool is_integer(ElementType type);

/// bytes: a multiple of size_of(type).
std::vector<float> floats_of(ElementType type, std::span<const std::uint8_t> bytes);
/// type: one of the integers.
std::vector<std::int64_t> integers_of(ElementType type, std::span<const std::uint8_t> bytes);

/// The value of an IEEE 754 binary16.
float float_of_half(std::uint16_t half);

}  // namespace tinycnn
