// SPDX-License-Identifier: MIT
// Protocol Buffers' wire format: a message is a sequence of fields, each a key (number and type)
// and a value. A library would bring a schema compiler and a hundred times this code.
// https://protobuf.dev/programming-guides/encoding
#pragma once

#include <bit>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace tinycnn {

class ProtobufWriter {
 public:
  /// int32, int64, bool and enumerations.
  void integer(int field, std::int64_t value) {
    key(field, kVarint);
    varint(static_cast<std::uint64_t>(value));
  }
  void real(int field, float value) {
    key(field, kFixed32);
    const auto bits = std::bit_cast<std::uint32_t>(value);
    for (int shift = 0; shift < 32; shift += 8) {
      bytes_.push_back(static_cast<std::uint8_t>(bits >> shift));
    }
  }
  void bytes(int field, std::span<const std::uint8_t> value) {
    key(field, kLengthDelimited);
    varint(value.size());
    bytes_.insert(bytes_.end(), value.begin(), value.end());
  }
  void text(int field, std::string_view value) {
    bytes(field, {reinterpret_cast<const std::uint8_t*>(value.data()), value.size()});
  }
  void message(int field, const ProtobufWriter& value) { bytes(field, value.bytes_); }

  [[nodiscard]] const std::vector<std::uint8_t>& result() const { return bytes_; }

 private:
  static constexpr int kVarint = 0;
  static constexpr int kLengthDelimited = 2;
  static constexpr int kFixed32 = 5;

  void key(int field, int type) { varint(static_cast<std::uint64_t>(field << 3 | type)); }
  void varint(std::uint64_t value) {
    for (; value > 0x7F; value >>= 7) {
      bytes_.push_back(static_cast<std::uint8_t>(value | 0x80));
    }
    bytes_.push_back(static_cast<std::uint8_t>(value));
  }

  std::vector<std::uint8_t> bytes_;
};

}  // namespace tinycnn
