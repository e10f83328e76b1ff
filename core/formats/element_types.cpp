// SPDX-License-Identifier: MIT
#include "formats/element_types.h"

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

namespace tinycnn {
namespace {

static_assert(std::endian::native == std::endian::little, "numbers are read as they lie there");

template <class Stored, class Value, class Convert>
std::vector<Value> convert(std::span<const std::uint8_t> bytes, const Convert& to_value) {
  std::vector<Value> values(bytes.size() / sizeof(Stored));
  for (std::size_t i = 0; i < values.size(); ++i) {
    Stored stored{};
    std::memcpy(&stored, &bytes[i * sizeof(Stored)], sizeof(Stored));
    values[i] = to_value(stored);
  }
  return values;
}

template <class Stored, class Value>
std::vector<Value> cast(std::span<const std::uint8_t> bytes) {
  return convert<Stored, Value>(bytes, [](Stored stored) { return static_cast<Value>(stored); });
}

template <class Value>
std::vector<Value> integers_as(ElementType type, std::span<const std::uint8_t> bytes) {
  switch (type) {
    case ElementType::kInt8:
      return cast<std::int8_t, Value>(bytes);
    case ElementType::kInt16:
      return cast<std::int16_t, Value>(bytes);
    case ElementType::kUint16:
      return cast<std::uint16_t, Value>(bytes);
    case ElementType::kInt32:
      return cast<std::int32_t, Value>(bytes);
    case ElementType::kInt64:
      return cast<std::int64_t, Value>(bytes);
    default:
      return cast<std::uint8_t, Value>(bytes);
  }
}

/// A double beyond the range of float becomes infinite, which no reader accepts.
float narrow(double value) {
  constexpr double kMax = std::numeric_limits<float>::max();
  return std::abs(value) > kMax ? std::copysign(std::numeric_limits<float>::infinity(),
                                                static_cast<float>(value > 0.0 ? 1.0 : -1.0))
                                : static_cast<float>(value);
}

}  // namespace

std::size_t size_of(ElementType type) {
  switch (type) {
    case ElementType::kFloat64:
    case ElementType::kInt64:
      return 8;
    case ElementType::kFloat32:
    case ElementType::kInt32:
      return 4;
    case ElementType::kFloat16:
    case ElementType::kBFloat16:
    case ElementType::kInt16:
    case ElementType::kUint16:
      return 2;
    default:
      return 1;
  }
}

bool is_integer(ElementType type) { return type >= ElementType::kInt8; }

float float_of_half(std::uint16_t half) {
  constexpr int kMantissaBits = 10;
  constexpr int kBias = 15;
  const int exponent = half >> kMantissaBits & 0x1F;
  const int mantissa = half & 0x3FF;
  float value = 0.0F;
  if (exponent == 0x1F) {
    value = mantissa == 0 ? std::numeric_limits<float>::infinity()
                          : std::numeric_limits<float>::quiet_NaN();
  } else if (exponent == 0) {
    value = std::ldexp(static_cast<float>(mantissa), 1 - kBias - kMantissaBits);
  } else {
    value = std::ldexp(static_cast<float>(mantissa | 1 << kMantissaBits),
                       exponent - kBias - kMantissaBits);
  }
  return (half & 0x8000) != 0 ? -value : value;
}

std::vector<float> floats_of(ElementType type, std::span<const std::uint8_t> bytes) {
  switch (type) {
    case ElementType::kFloat32:
      return cast<float, float>(bytes);
    case ElementType::kFloat64:
      return convert<double, float>(bytes, narrow);
    case ElementType::kFloat16:
      return convert<std::uint16_t, float>(bytes, float_of_half);
    case ElementType::kBFloat16:
      return convert<std::uint16_t, float>(bytes, [](std::uint16_t upper) {
        return std::bit_cast<float>(std::uint32_t{upper} << 16);
      });
    default:
      return integers_as<float>(type, bytes);
  }
}

std::vector<std::int64_t> integers_of(ElementType type, std::span<const std::uint8_t> bytes) {
  return integers_as<std::int64_t>(type, bytes);
}

}  // namespace tinycnn
