// SPDX-License-Identifier: MIT
// Reads a pickle of PyTorch without executing anything: containers, numbers, texts and tensors come
// out of it; everything else that a pickle can name or call is refused by its name.
// https://docs.python.org/3/library/pickletools.html
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace tinycnn::pickle {

/// Index of a value in Values.
using Id = std::uint32_t;

struct Value {
  enum class Kind : std::uint8_t {
    kNone,
    kBoolean,
    kInteger,
    kReal,
    kText,
    kSequence,  ///< list, tuple, set
    kMapping,   ///< dict, OrderedDict
    kName,      ///< of a class or function: "torch FloatStorage"
    kStorage,   ///< text: the key of its file; name: its type, "FloatStorage"
    kTensor
  };

  Kind kind = Kind::kNone;
  std::int64_t integer = 0;
  std::string text{};
  std::string name{};
  std::vector<Id> items{};                   ///< of a sequence
  std::vector<std::pair<Id, Id>> entries{};  ///< of a mapping
  Id storage = 0;                            ///< of a tensor, and what follows
  std::int64_t offset = 0;                   ///< in elements
  std::vector<std::int64_t> shape{};
  std::vector<std::int64_t> strides{};  ///< in elements
};

/// Values refer to each other by their place here, also in circles.
struct Values {
  std::vector<Value> all;
  Id root = 0;

  [[nodiscard]] const Value& operator[](Id id) const { return all[id]; }
};

/// Throws Error for what is not a pickle, is cut short, or would have to be executed.
Values read(std::span<const std::uint8_t> bytes);

}  // namespace tinycnn::pickle
