// SPDX-License-Identifier: MIT
#include "formats/onnx_constants.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>

#include "support/text.h"
#include "tinycnn/shape.h"

namespace tinycnn::onnx {
namespace {

using Inputs = std::vector<SharedConstant>;

constexpr std::size_t kMaxRank = 8;

std::size_t product(std::span<const std::int64_t> dims) {
  std::size_t size = 1;
  for (const std::int64_t dim : dims) {
    size = saturating_product({size, static_cast<std::uint64_t>(std::max<std::int64_t>(dim, 0))});
  }
  return size;
}

const Constant& input(const Node& node, const Inputs& inputs, std::size_t index) {
  if (index >= inputs.size() || inputs[index] == nullptr) {
    fail(where(node), "expected ", index + 1, " inputs, got fewer");
  }
  return *inputs[index];
}

/// The values of another constant under other sizes.
SharedConstant with_dims(const Node& node, const Constant& constant, Sizes dims) {
  if (product(dims) != constant.size() || dims.size() > kMaxRank) {
    fail(where(node), "expected sizes of ", constant.size(), " values, got others");
  }
  auto result = std::make_shared<Constant>(constant);
  result->dims = std::move(dims);
  return result;
}

/// The values at these places of another constant.
SharedConstant gathered(const Constant& constant, const std::vector<std::size_t>& places,
                        Sizes dims) {
  auto result = std::make_shared<Constant>();
  result->is_integer = constant.is_integer;
  result->dims = std::move(dims);
  for (const std::size_t place : places) {
    if (constant.is_integer) {
      result->integers.push_back(constant.integers[place]);
    } else {
      result->reals.push_back(constant.reals[place]);
    }
  }
  return result;
}

SharedConstant reshape(const Node& node, const Inputs& inputs) {
  const Constant& constant = input(node, inputs, 0);
  Sizes dims = input(node, inputs, 1).integers;
  std::ptrdiff_t inferred = -1;
  for (std::size_t i = 0; i < dims.size(); ++i) {
    if (dims[i] == 0 && i < constant.dims.size() && node.integer("allowzero", 0) == 0) {
      dims[i] = constant.dims[i];
    } else if (dims[i] == -1 && inferred < 0) {
      inferred = static_cast<std::ptrdiff_t>(i);
      dims[i] = 1;
    }
  }
  if (const std::size_t rest = product(dims); inferred >= 0 && rest > 0) {
    dims[static_cast<std::size_t>(inferred)] = static_cast<std::int64_t>(constant.size() / rest);
  }
  return with_dims(node, constant, std::move(dims));
}

SharedConstant transpose(const Node& node, const Inputs& inputs) {
  const Constant& constant = input(node, inputs, 0);
  const std::size_t rank = constant.dims.size();
  Sizes perm(rank);
  std::iota(perm.rbegin(), perm.rend(), 0);
  perm = node.integers("perm", perm);
  Sizes sorted = perm;
  std::ranges::sort(sorted);
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    if (sorted[i] != static_cast<std::int64_t>(i)) {
      fail(where(node), "expected perm to name each axis once, got another");
    }
  }
  if (perm.size() != rank || rank > kMaxRank || constant.size() == 0) {
    fail(where(node), "expected perm to have the ", rank, " axes of a tensor with values, got ",
         perm.size());
  }
  std::vector<std::size_t> places{0};
  Sizes dims;
  for (const std::int64_t axis : perm) {
    const auto at = static_cast<std::size_t>(axis);
    const std::size_t stride = product(std::span(constant.dims).subspan(at + 1));
    const auto side = static_cast<std::size_t>(constant.dims[at]);
    dims.push_back(constant.dims[at]);
    std::vector<std::size_t> longer;
    longer.reserve(places.size() * side);
    for (const std::size_t place : places) {
      for (std::size_t i = 0; i < side; ++i) {
        longer.push_back(place + i * stride);
      }
    }
    places = std::move(longer);
  }
  return gathered(constant, places, std::move(dims));
}

SharedConstant squeeze(const Node& node, const Inputs& inputs) {
  const Constant& constant = input(node, inputs, 0);
  const SharedConstant axes = inputs.size() > 1 ? inputs[1] : nullptr;
  std::vector<bool> drops(constant.dims.size(), false);
  for (const std::int64_t axis : integers_of(node, "axes", axes, {})) {
    drops[axis_of(node, axis, drops.size())] = true;
  }
  const bool drops_all = axes == nullptr && node.find("axes") == nullptr;
  Sizes dims;
  for (std::size_t i = 0; i < drops.size(); ++i) {
    if (!drops[i] && !(drops_all && constant.dims[i] == 1)) {
      dims.push_back(constant.dims[i]);
    }
  }
  return with_dims(node, constant, std::move(dims));
}

SharedConstant unsqueeze(const Node& node, const Inputs& inputs) {
  const Constant& constant = input(node, inputs, 0);
  const Sizes axes = integers_of(node, "axes", inputs.size() > 1 ? inputs[1] : nullptr, {});
  const std::size_t rank = constant.dims.size() + axes.size();
  if (rank > kMaxRank) {
    fail(where(node), "expected at most ", kMaxRank, " axes, got ", rank);
  }
  std::vector<bool> adds(rank, false);
  for (const std::int64_t axis : axes) {
    adds[axis_of(node, axis, rank)] = true;
  }
  Sizes dims;
  std::size_t next = 0;
  for (const bool added : adds) {
    const bool is_old = !added && next < constant.dims.size();
    dims.push_back(is_old ? constant.dims[next] : 1);
    next += is_old ? 1 : 0;
  }
  return with_dims(node, constant, std::move(dims));
}

SharedConstant flatten(const Node& node, const Inputs& inputs) {
  const Constant& constant = input(node, inputs, 0);
  const std::size_t axis = axis_of(node, node.integer("axis", 1), constant.dims.size() + 1);
  const auto rows = static_cast<std::int64_t>(product(std::span(constant.dims).first(axis)));
  const auto columns = static_cast<std::int64_t>(product(std::span(constant.dims).subspan(axis)));
  return with_dims(node, constant, {rows, columns});
}

/// Of vectors alone: the sizes of a shape.
SharedConstant concat_vectors(const Node& node, const Inputs& inputs, std::size_t max_size) {
  auto result = std::make_shared<Constant>();
  result->is_integer = input(node, inputs, 0).is_integer;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const Constant& part = input(node, inputs, i);
    if (part.dims.size() != 1 || part.is_integer != result->is_integer ||
        result->size() + part.size() > max_size) {
      fail(where(node), "expected vectors to join, got other constants");
    }
    result->integers.insert(result->integers.end(), part.integers.begin(), part.integers.end());
    result->reals.insert(result->reals.end(), part.reals.begin(), part.reals.end());
  }
  result->dims = {static_cast<std::int64_t>(result->size())};
  return result;
}

/// Of a vector alone.
SharedConstant gather(const Node& node, const Inputs& inputs) {
  const Constant& constant = input(node, inputs, 0);
  const Constant& indices = input(node, inputs, 1);
  if (constant.dims.size() != 1 || !indices.is_integer) {
    fail(where(node), "expected a vector to pick from, got another constant");
  }
  std::vector<std::size_t> places;
  for (const std::int64_t index : indices.integers) {
    places.push_back(axis_of(node, index, constant.size()));
  }
  return gathered(constant, places, indices.dims);
}

/// Along the first axis, forwards or backwards.
SharedConstant slice(const Node& node, const Inputs& inputs) {
  const Constant& constant = input(node, inputs, 0);
  const auto at = [&](std::size_t index) {
    return index < inputs.size() ? inputs[index] : nullptr;
  };
  const Sizes starts = integers_of(node, "starts", at(1), {});
  const Sizes ends = integers_of(node, "ends", at(2), {});
  const Sizes axes = integers_of(node, "axes", at(3), {0});
  const Sizes steps = integers_of(node, "steps", at(4), {1});
  const bool is_backwards = steps == Sizes{-1};
  if (constant.dims.empty() || starts.size() != 1 || ends.size() != 1 || axes != Sizes{0} ||
      (steps != Sizes{1} && !is_backwards)) {
    fail(where(node), "expected a part along the first axis, got another slice");
  }
  const std::int64_t size = constant.dims[0];
  const std::int64_t least = is_backwards ? -1 : 0;
  const auto place = [&](std::int64_t index) {
    return std::clamp<std::int64_t>(index < 0 ? index + size : index, least, size + least);
  };
  const std::size_t row = product(std::span(constant.dims).subspan(1));
  if (row == 0) {
    fail(where(node), "expected a constant with values, got none");
  }
  std::vector<std::size_t> places;
  Sizes dims = constant.dims;
  dims[0] = 0;
  const std::int64_t end = place(ends[0]);
  for (std::int64_t i = place(starts[0]); is_backwards ? i > end : i < end; i += steps[0]) {
    for (std::size_t column = 0; column < row; ++column) {
      places.push_back(static_cast<std::size_t>(i) * row + column);
    }
    ++dims[0];
  }
  return gathered(constant, places, dims);
}

SharedConstant shape(const Node& node, const Inputs& inputs) {
  auto result = std::make_shared<Constant>();
  result->is_integer = true;
  result->integers = input(node, inputs, 0).dims;
  result->dims = {static_cast<std::int64_t>(result->integers.size())};
  return result;
}

SharedConstant constant_of_shape(const Node& node, const Inputs& inputs, std::size_t max_size) {
  const Constant& sides = input(node, inputs, 0);
  std::uint64_t size = 1;
  for (const std::int64_t side : sides.integers) {
    if (side < 0 || static_cast<std::uint64_t>(side) > max_size || sides.size() > kMaxRank) {
      fail(where(node), "expected sizes that are reasonable, got others");
    }
    size = std::min<std::uint64_t>(size * static_cast<std::uint64_t>(side), max_size + 1);
  }
  const Attribute* value = node.find("value");
  const SharedConstant filled = value == nullptr ? nullptr : value->tensor;
  if (!sides.is_integer || size > max_size || (filled != nullptr && filled->size() != 1)) {
    fail(where(node), "expected sizes and one value, got others");
  }
  auto result = std::make_shared<Constant>();
  result->dims = sides.integers;
  result->is_integer = filled != nullptr && filled->is_integer;
  if (result->is_integer) {
    result->integers.assign(static_cast<std::size_t>(size), filled->integers.front());
  } else {
    result->reals.assign(static_cast<std::size_t>(size),
                         filled == nullptr ? 0.0F : filled->reals.front());
  }
  return result;
}

/// Where an element of the result lies in an operand that is broadcast to `dims`.
std::vector<std::size_t> broadcast_places(const Node& node, const Constant& operand,
                                          const Sizes& dims) {
  std::vector<std::size_t> places{0};
  const std::size_t missing = dims.size() - operand.dims.size();
  for (std::size_t axis = 0; axis < dims.size(); ++axis) {
    const std::int64_t own = axis < missing ? 1 : operand.dims[axis - missing];
    if (own != dims[axis] && own != 1) {
      fail(where(node), "expected sizes that fit each other, got ", own, " and ", dims[axis]);
    }
    const std::size_t stride =
        own == 1 ? 0 : product(std::span(operand.dims).subspan(axis - missing + 1));
    std::vector<std::size_t> longer;
    for (const std::size_t place : places) {
      for (std::int64_t i = 0; i < dims[axis]; ++i) {
        longer.push_back(place + static_cast<std::size_t>(i) * stride);
      }
    }
    places = std::move(longer);
  }
  return places;
}

double calculate(const std::string& op, double a, double b) {
  return op == "Add" ? a + b : op == "Sub" ? a - b : op == "Mul" ? a * b : a / b;
}

SharedConstant elementwise(const Node& node, const Inputs& inputs, std::size_t max_size) {
  const Constant& a = input(node, inputs, 0);
  const Constant& b = input(node, inputs, 1);
  Sizes dims = a.dims.size() >= b.dims.size() ? a.dims : b.dims;
  const Sizes& shorter = a.dims.size() >= b.dims.size() ? b.dims : a.dims;
  for (std::size_t i = 0; i < shorter.size(); ++i) {
    std::int64_t& side = dims[dims.size() - shorter.size() + i];
    side = side == 1 ? shorter[i] : side;
  }
  if (product(dims) > max_size || dims.size() > kMaxRank || a.is_integer != b.is_integer) {
    fail(where(node), "expected constants of one type and a reasonable size, got others");
  }
  if (product(dims) == 0) {
    fail(where(node), "expected constants with values, got none");
  }
  const std::vector<std::size_t> a_places = broadcast_places(node, a, dims);
  const std::vector<std::size_t> b_places = broadcast_places(node, b, dims);
  auto result = std::make_shared<Constant>();
  result->is_integer = a.is_integer;
  for (std::size_t i = 0; i < a_places.size(); ++i) {
    if (!a.is_integer) {
      result->reals.push_back(
          static_cast<float>(calculate(node.op, a.at(a_places[i]), b.at(b_places[i]))));
      continue;
    }
    constexpr std::int64_t kMaxOperand = std::int64_t{1} << 30;
    const std::int64_t left = a.integers[a_places[i]];
    const std::int64_t right = b.integers[b_places[i]];
    const auto is_large = [](std::int64_t operand) {
      return operand < -kMaxOperand || operand > kMaxOperand;
    };
    if (is_large(left) || is_large(right) || (node.op == "Div" && right == 0)) {
      fail(where(node), "expected integers to calculate with, got the number of samples or others");
    }
    result->integers.push_back(node.op == "Add"   ? left + right
                               : node.op == "Sub" ? left - right
                               : node.op == "Mul" ? left * right
                                                  : left / right);
  }
  result->dims = std::move(dims);
  return result;
}

SharedConstant cast(const Node& node, const Inputs& inputs) {
  const Constant& constant = input(node, inputs, 0);
  const std::int64_t to = node.integer("to", 1);
  const bool to_real = to == 1 || to == 10 || to == 11 || to == 16;
  auto result = std::make_shared<Constant>(constant);
  if (to_real && constant.is_integer) {
    result->is_integer = false;
    result->reals.assign(constant.integers.begin(), constant.integers.end());
    result->integers.clear();
  } else if (!to_real && !constant.is_integer) {
    result->is_integer = true;
    result->reals.clear();
    for (const float value : constant.reals) {
      constexpr float kMax = 1e9F;
      if (!(value >= -kMax && value <= kMax)) {
        fail(where(node), "expected numbers that are integers, got ", static_cast<double>(value));
      }
      result->integers.push_back(static_cast<std::int64_t>(value));
    }
  }
  return result;
}

SharedConstant constant_node(const Node& node) {
  auto result = std::make_shared<Constant>();
  if (const Attribute* tensor = node.find("value"); tensor != nullptr && tensor->tensor) {
    return tensor->tensor;
  }
  if (const Attribute* real = node.find("value_float")) {
    result->reals = {real->real};
  } else if (const Attribute* reals = node.find("value_floats")) {
    result->reals = reals->reals;
    result->dims = {static_cast<std::int64_t>(reals->reals.size())};
  } else if (const Attribute* integer = node.find("value_int")) {
    result->is_integer = true;
    result->integers = {integer->integer};
  } else if (const Attribute* integers = node.find("value_ints")) {
    result->is_integer = true;
    result->integers = integers->integers;
    result->dims = {static_cast<std::int64_t>(integers->integers.size())};
  } else {
    fail(where(node), "expected a value of numbers, got none");
  }
  return result;
}

}  // namespace

Sizes integers_of(const Node& node, std::string_view attribute, const SharedConstant& input,
                  const Sizes& otherwise) {
  if (input == nullptr) {
    return node.integers(attribute, otherwise);
  }
  if (!input->is_integer) {
    fail(where(node), "expected integers as ", attribute, ", got other numbers");
  }
  return input->integers;
}

std::size_t axis_of(const Node& node, std::int64_t axis, std::size_t rank) {
  const auto size = static_cast<std::int64_t>(rank);
  if (axis < -size || axis >= size) {
    fail(where(node), "expected an axis or index below ", size, ", got ", axis);
  }
  return static_cast<std::size_t>(axis < 0 ? axis + size : axis);
}

SharedConstant evaluate(const Node& node, const Inputs& inputs, std::size_t max_size) {
  using Evaluate = SharedConstant (*)(const Node&, const Inputs&);
  constexpr std::array<std::pair<std::string_view, Evaluate>, 10> kRows{
      {{"Reshape", reshape},
       {"Transpose", transpose},
       {"Squeeze", squeeze},
       {"Unsqueeze", unsqueeze},
       {"Flatten", flatten},
       {"Gather", gather},
       {"Slice", slice},
       {"Shape", shape},
       {"Cast", cast},
       {"DequantizeLinear", dequantized}}};
  const std::string& op = node.op;
  if (op == "Constant") {
    return constant_node(node);
  }
  if (input(node, inputs, 0).size() > max_size) {
    fail(where(node), "expected fewer operations on constants, got a file that is full of them");
  }
  if (op == "Identity") {
    return inputs[0];
  }
  if (op == "Concat") {
    return concat_vectors(node, inputs, max_size);
  }
  if (op == "ConstantOfShape") {
    return constant_of_shape(node, inputs, max_size);
  }
  if (op == "Add" || op == "Sub" || op == "Mul" || op == "Div") {
    return elementwise(node, inputs, max_size);
  }
  for (const auto& [name, evaluate_row] : kRows) {
    if (name == op) {
      return evaluate_row(node, inputs);
    }
  }
  fail(where(node), "expected an operation on constants that is known here, got ", op);
}

}  // namespace tinycnn::onnx
