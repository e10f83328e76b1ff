// SPDX-License-Identifier: MIT
// FlatBuffers' wire format, built from the back: what is pointed at is written first. A library
// would bring a schema compiler and its generated headers.
// https://flatbuffers.dev/internals
#pragma once

#include <bit>
#include <cstdint>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

namespace tinycnn {

class FlatbufferWriter {
 public:
  /// Where an object begins: its distance from the end of the buffer. 0 stands for none.
  using Offset = std::uint32_t;

  /// A table that is being written: fields by number, in any order.
  class Table {
   public:
    /// A number, a boolean or an enumeration, in as many bytes as its type has.
    template <class Value>
    Table& scalar(int field, Value value) {
      std::uint32_t bits = 0;
      if constexpr (std::is_same_v<Value, float>) {
        bits = std::bit_cast<std::uint32_t>(value);
      } else {
        bits = static_cast<std::uint32_t>(value);
      }
      fields_.push_back({field, sizeof(Value), bits, false});
      return *this;
    }
    /// Leaves the field out for an offset of 0.
    Table& offset(int field, Offset target) {
      if (target != 0) {
        fields_.push_back({field, sizeof(Offset), target, true});
      }
      return *this;
    }

   private:
    friend class FlatbufferWriter;
    struct Field {
      int number;
      std::size_t size;
      std::uint32_t bits;
      bool is_offset;
    };
    std::vector<Field> fields_;
  };

  Offset table(const Table& table);
  Offset text(std::string_view value);
  /// A vector of bytes whose first byte is aligned.
  Offset bytes(std::span<const std::uint8_t> values, std::size_t alignment = 4);
  Offset integers(std::span<const std::int32_t> values);
  Offset integers(std::span<const std::int64_t> values);
  Offset floats(std::span<const float> values);
  Offset offsets(std::span<const Offset> values);

  /// The bytes of the buffer. identifier: four characters.
  std::vector<std::uint8_t> finish(Offset root, std::string_view identifier);

 private:
  [[nodiscard]] Offset size() const { return static_cast<Offset>(reversed_.size()); }
  void align(std::size_t upcoming, std::size_t alignment);
  void push(std::uint32_t bits, std::size_t size);
  void push_offset(Offset target) { push(size() + sizeof(Offset) - target, sizeof(Offset)); }

  std::vector<std::uint8_t> reversed_;  // the last byte of the buffer first
  std::size_t max_alignment_ = 4;
};

}  // namespace tinycnn
