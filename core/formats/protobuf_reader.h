// SPDX-License-Identifier: MIT
// Reads what protobuf.h writes. Every length is checked against the bytes that are there; messages
// nest only as deep as the caller asks.
#pragma once

#include <bit>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "support/text.h"

namespace tinycnn {

class ProtobufReader {
 public:
  explicit ProtobufReader(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

  /// Reads the next field; false at the end. The functions below read its value as the type that
  /// the schema says, and throw Error if the file has another.
  bool next() {
    if (at_ == bytes_.size()) {
      return false;
    }
    const std::uint64_t key = varint();
    field_ = static_cast<int>(key >> 3 & 0x1FFFFFFF);
    type_ = static_cast<int>(key & 7);
    switch (type_) {
      case kVarint:
        number_ = varint();
        break;
      case kFixed64:
        number_ = fixed(8);
        break;
      case kLengthDelimited:
        value_ = take(varint());
        break;
      case kFixed32:
        number_ = fixed(4);
        break;
      default:
        refuse("it has a field of an unknown kind");
    }
    return true;
  }

  [[nodiscard]] int field() const { return field_; }

  [[nodiscard]] std::int64_t integer() const {
    require(kVarint);
    return static_cast<std::int64_t>(number_);
  }
  [[nodiscard]] float real() const {
    require(kFixed32);
    return std::bit_cast<float>(static_cast<std::uint32_t>(number_));
  }
  [[nodiscard]] std::span<const std::uint8_t> bytes() const {
    require(kLengthDelimited);
    return value_;
  }
  [[nodiscard]] std::string text() const {
    require(kLengthDelimited);
    return {value_.begin(), value_.end()};
  }
  [[nodiscard]] ProtobufReader message() const { return ProtobufReader(bytes()); }

  /// Repeated integers, which may be packed or not.
  void append_integers(std::vector<std::int64_t>& values) const {
    if (type_ != kLengthDelimited) {
      values.push_back(integer());
      return;
    }
    for (ProtobufReader packed(value_); packed.at_ < packed.bytes_.size();) {
      values.push_back(static_cast<std::int64_t>(packed.varint()));
    }
  }
  /// Repeated numbers of a fixed size, little endian one after another.
  void append_fixed(std::vector<std::uint8_t>& values, std::size_t size) const {
    if (type_ == kLengthDelimited) {
      if (value_.size() % size != 0) {
        refuse("an array ends within a number");
      }
      values.insert(values.end(), value_.begin(), value_.end());
      return;
    }
    require(size == 4 ? kFixed32 : kFixed64);
    for (std::size_t i = 0; i < size; ++i) {
      values.push_back(static_cast<std::uint8_t>(number_ >> (8 * i)));
    }
  }

 private:
  static constexpr int kVarint = 0;
  static constexpr int kFixed64 = 1;
  static constexpr int kLengthDelimited = 2;
  static constexpr int kFixed32 = 5;

  [[noreturn]] static void refuse(const char* what) {
    fail("[importModel] expected an ONNX file: ", what);
  }
  void require(int type) const {
    if (type_ != type) {
      refuse("a field has another type than it should");
    }
  }

  std::span<const std::uint8_t> take(std::uint64_t size) {
    if (size > bytes_.size() - at_) {
      refuse("it is cut short");
    }
    at_ += static_cast<std::size_t>(size);
    return bytes_.subspan(at_ - static_cast<std::size_t>(size), static_cast<std::size_t>(size));
  }
  std::uint64_t varint() {
    std::uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      const std::uint8_t byte = take(1)[0];
      value |= std::uint64_t{byte & 0x7FU} << shift;
      if (byte < 0x80) {
        return value;
      }
    }
    refuse("an integer has more than 64 bits");
  }
  std::uint64_t fixed(std::size_t size) {
    std::uint64_t value = 0;
    std::size_t shift = 0;
    for (const std::uint8_t byte : take(size)) {
      value |= std::uint64_t{byte} << shift;
      shift += 8;
    }
    return value;
  }

  std::span<const std::uint8_t> bytes_;
  std::size_t at_ = 0;
  int field_ = 0;
  int type_ = 0;
  std::uint64_t number_ = 0;
  std::span<const std::uint8_t> value_;
};

}  // namespace tinycnn
