// SPDX-License-Identifier: MIT
// The messages of an ONNX file as values: nodes in the order of the file, and constants.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tinycnn::onnx {

using Sizes = std::vector<std::int64_t>;

/// A tensor that does not depend on the input: as many values as its dims say.
struct Constant {
  Sizes dims{};
  bool is_integer = false;
  bool is_unsigned = false;              ///< of 8 bits without a sign
  std::vector<float> reals{};            ///< unless is_integer
  std::vector<std::int64_t> integers{};  ///< if is_integer

  [[nodiscard]] std::size_t size() const { return is_integer ? integers.size() : reals.size(); }
  [[nodiscard]] double at(std::size_t index) const {
    return is_integer ? static_cast<double>(integers[index]) : double{reals[index]};
  }
};
using SharedConstant = std::shared_ptr<const Constant>;

struct Attribute {
  std::int64_t integer = 0;
  float real = 0.0F;
  std::string text{};
  Sizes integers{};
  std::vector<float> reals{};
  SharedConstant tensor{};
};

struct Node {
  std::string name{};
  std::string op{};
  std::string domain{};
  std::vector<std::string> inputs{};  ///< an empty name: an optional one that is left out
  std::vector<std::string> outputs{};
  std::map<std::string, Attribute, std::less<>> attributes{};

  [[nodiscard]] const Attribute* find(std::string_view attribute) const;
  [[nodiscard]] std::int64_t integer(std::string_view attribute, std::int64_t otherwise) const;
  [[nodiscard]] float real(std::string_view attribute, float otherwise) const;
  [[nodiscard]] Sizes integers(std::string_view attribute, const Sizes& otherwise) const;
  [[nodiscard]] std::string text(std::string_view attribute, std::string_view otherwise) const;
  /// Whether it has an input at this place.
  [[nodiscard]] bool has_input(std::size_t index) const {
    return index < inputs.size() && !inputs[index].empty();
  }
};

struct ValueInfo {
  std::string name{};
  Sizes dims{};  ///< kFree where it is not a number
  static constexpr std::int64_t kFree = -1;
};

struct File {
  std::int64_t opset = 0;
  std::string producer{};
  std::string name{};
  std::vector<Node> nodes{};
  std::map<std::string, SharedConstant, std::less<>> initializers{};
  std::vector<ValueInfo> inputs{};  ///< initializers among them, before IR version 4
  std::vector<ValueInfo> outputs{};
  std::map<std::string, std::string, std::less<>> metadata{};
};

/// Throws Error for what is not ONNX, is cut short, or keeps its weights in another file.
File read_file(std::span<const std::uint8_t> bytes);

/// "Conv 'conv1'"
std::string title(const Node& node);
/// "[importModel: Conv 'conv1'] ", the start of every error text about a node.
std::string where(const Node& node);

}  // namespace tinycnn::onnx
