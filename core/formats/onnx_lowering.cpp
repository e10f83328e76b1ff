// SPDX-License-Identifier: MIT
// What the layers of an ONNX graph read, and the nodes that only change the view of a value. The
// nodes that become layers are in onnx_layers.cpp.
#include "formats/onnx_lowering.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <set>
#include <string_view>

#include "formats/onnx_constants.h"
#include "formats/onnx_inputs.h"
#include "model/layer_shapes.h"
#include "support/text.h"

namespace tinycnn::onnx {
namespace {

constexpr std::size_t kImageRank = 3;
constexpr std::size_t kMaxRank = 8;

bool is_one_of(std::string_view op, std::initializer_list<std::string_view> ops) {
  return std::ranges::find(ops, op) != ops.end();
}

/// PyTorch names nodes by the way to their module: "/features/features.0/Relu" is "features.0".
std::string module_of(std::string_view path) {
  std::string name;
  std::string_view last;
  for (path.remove_prefix(1); path.find('/') != std::string_view::npos;) {
    const std::string_view part = path.substr(0, path.find('/'));
    path.remove_prefix(part.size() + 1);
    if (part.starts_with(concat(last, "."))) {
      name.erase(name.size() - last.size());
    }
    name += concat(name.empty() || name.ends_with('.') ? "" : ".", part);
    last = part;
  }
  return name;
}

View view_as(const Node& node, const View& view, std::span<const std::int64_t> sizes) {
  if (const auto found = view.reshaped(sizes)) {
    return *found;
  }
  refuse(node, "a Reshape that keeps the order of permuted values", "one that cuts through them");
}

/// The constant of an optional input.
SharedConstant constant_of(const Node& node, const Value* value) {
  if (value != nullptr && value->constant == nullptr) {
    refuse(node, "sizes and axes that are constant", "ones that depend on the input");
  }
  return value == nullptr ? nullptr : value->constant;
}

}  // namespace

Lowering::Lowering(std::int64_t opset, std::string producer, Sizes input,
                   std::vector<std::string>& notes)
    : opset_(opset), producer_(std::move(producer)), input_sizes_(std::move(input)), notes_(notes) {
  std::int64_t size = 1;
  for (const std::int64_t side : input_sizes_) {
    if (side < 1 || side > kMaxActivations / size) {
      fail("[importModel] expected an input of the network with known sides, up to ",
           kMaxActivations, " pixels, got another");
    }
    size *= side;
  }
  if (input_sizes_.empty() || input_sizes_.size() > kImageRank) {
    fail(
        "[importModel] expected an input [N, channels, height, width], [N, height, width] or "
        "[N, features], got ",
        input_sizes_.size() + 1, " axes");
  }
}

Value Lowering::input() const {
  Value value;
  value.view = View(input_sizes_);
  return value;
}

Value Lowering::lower(const Node& node, const std::vector<Value>& inputs, bool is_alone) {
  const bool is_view =
      is_one_of(node.op, {"Reshape", "Transpose", "Squeeze", "Unsqueeze", "Flatten", "Shape"});
  Value result;
  if (!node.domain.empty() && node.domain != "ai.onnx") {
    refuse(node, "operators of ONNX itself", node.domain);
  }
  if (inputs.empty() || !node.has_input(0)) {
    refuse(node, "an input", "none");
  }
  if (is_one_of(node.op, {"Identity", "Cast"})) {
    result = inputs[0];
  } else {
    result = is_view ? lower_shape(node, inputs) : lower_layer(node, inputs);
  }
  const bool is_alias = result.layer == inputs[0].layer && inputs[0].constant == nullptr;
  result.is_alone = is_alone && (!is_alias || inputs[0].is_alone);
  return result;
}

Value Lowering::lower_shape(const Node& node, const std::vector<Value>& inputs) {
  const Value& given = inputs[0];
  if (node.op == "Shape") {
    auto shape = std::make_shared<Constant>();
    shape->is_integer = true;
    shape->integers = {kBatch};
    const Sizes sizes = given.view.sizes();
    shape->integers.insert(shape->integers.end(), sizes.begin(), sizes.end());
    shape->dims = {static_cast<std::int64_t>(shape->integers.size())};
    Value result;
    result.constant = std::move(shape);
    return result;
  }
  const Value* second = node.has_input(1) && inputs.size() > 1 ? &inputs[1] : nullptr;
  Value result = given;
  result.view = node.op == "Reshape"     ? reshaped(node, given, second)
                : node.op == "Transpose" ? transposed(node, given)
                : node.op == "Squeeze"   ? squeezed(node, given, second)
                : node.op == "Unsqueeze" ? unsqueezed(node, given, second)
                                         : flattened(node, given);
  return result;
}

View Lowering::reshaped(const Node& node, const Value& value, const Value* sizes) const {
  Sizes wanted = integers_of(node, "shape", constant_of(node, sizes), {});
  const Sizes old = value.view.sizes();
  if (wanted.size() < 2 || wanted.size() > kMaxRank) {
    refuse(node, "sizes that keep the samples apart, [N, …]", concat(wanted.size(), " sizes"));
  }
  std::int64_t rest = value.view.size();
  std::ptrdiff_t inferred = -1;
  for (std::size_t i = 1; i < wanted.size(); ++i) {
    if (wanted[i] == 0 && i <= old.size() && node.integer("allowzero", 0) == 0) {
      wanted[i] = old[i - 1];
    }
    if (wanted[i] == -1 && inferred < 0 && wanted[0] != -1) {
      inferred = static_cast<std::ptrdiff_t>(i);
    } else if (wanted[i] < 1 || rest % wanted[i] != 0) {
      refuse(node, "sizes that keep the samples apart, [N, …]", "others");
    } else {
      rest /= wanted[i];
    }
  }
  if (inferred >= 0) {
    wanted[static_cast<std::size_t>(inferred)] = rest;
  } else if (rest != 1) {
    refuse(node, concat(value.view.size(), " values of a sample"), "sizes of others");
  }
  return view_as(node, value.view, std::span(wanted).subspan(1));
}

View Lowering::flattened(const Node& node, const Value& value) const {
  const std::size_t rank = value.view.rank() + 1;
  if (axis_of(node, node.integer("axis", 1), rank + 1) != 1) {
    refuse(node, "a Flatten that keeps the samples apart, with axis 1", "another axis");
  }
  const std::array<std::int64_t, 1> sizes{value.view.size()};
  return view_as(node, value.view, sizes);
}

View Lowering::squeezed(const Node& node, const Value& value, const Value* axes) const {
  const Sizes old = value.view.sizes();
  const Sizes given = integers_of(node, "axes", constant_of(node, axes), {});
  std::set<std::size_t> dropped;
  for (const std::int64_t axis : given) {
    const std::size_t at = axis_of(node, axis, old.size() + 1);
    if (at == 0 || old[at - 1] != 1) {
      refuse(node, "axes of size 1 that are not the samples'", concat("axis ", at));
    }
    dropped.insert(at - 1);
  }
  Sizes sizes;
  for (std::size_t i = 0; i < old.size(); ++i) {
    if (!dropped.contains(i) && !(given.empty() && old[i] == 1)) {
      sizes.push_back(old[i]);
    }
  }
  if (sizes.empty()) {
    refuse(node, "an axis that is left", "none");
  }
  return view_as(node, value.view, sizes);
}

View Lowering::unsqueezed(const Node& node, const Value& value, const Value* axes) const {
  const Sizes given = integers_of(node, "axes", constant_of(node, axes), {});
  const Sizes old = value.view.sizes();
  const std::size_t rank = old.size() + 1 + given.size();
  if (rank > kMaxRank) {
    refuse(node, concat("at most ", kMaxRank, " axes"), concat(rank));
  }
  std::set<std::size_t> added;
  for (const std::int64_t axis : given) {
    added.insert(axis_of(node, axis, rank));
  }
  if (added.contains(0) || added.size() != given.size()) {
    refuse(node, "new axes behind the samples'", "others");
  }
  Sizes sizes;
  for (std::size_t i = 1, next = 0; i < rank; ++i) {
    sizes.push_back(added.contains(i) ? 1 : old[next++]);
  }
  return view_as(node, value.view, sizes);
}

View Lowering::transposed(const Node& node, const Value& value) const {
  const std::size_t rank = value.view.rank() + 1;
  Sizes perm(rank);
  std::iota(perm.rbegin(), perm.rend(), 0);
  perm = node.integers("perm", perm);
  std::vector<std::size_t> axes;
  std::set<std::size_t> seen;
  for (const std::int64_t axis : perm) {
    const std::size_t at = axis_of(node, axis, rank);
    seen.insert(at);
    axes.push_back(at - 1);
  }
  if (perm.size() != rank || seen.size() != rank || perm.front() != 0) {
    refuse(node, "a perm that keeps the samples first", "another");
  }
  return value.view.transposed(std::span(axes).subspan(1));
}

/// The sides that the input has by itself, and the order of its axes as [C, H, W].
void Lowering::settle_input(const Node& node, const Value& given, bool as_image) {
  constexpr std::int64_t kMaxColors = 4;
  const Sizes& sizes = input_sizes_;
  const std::int64_t size = input().view.size();
  if (as_image && given.view.rank() == kImageRank) {
    settled_view_ = given.view;
  } else if (sizes.size() == kImageRank) {
    const bool is_last = sizes[2] <= kMaxColors && sizes[0] > kMaxColors;
    const std::array<std::size_t, 3> perm{2, 0, 1};
    settled_view_ = is_last ? input().view.transposed(perm) : input().view;
  } else if (sizes.size() == 2) {
    settled_view_ = View(Sizes{1, sizes[0], sizes[1]});
  } else {
    const auto side = static_cast<std::int64_t>(std::sqrt(static_cast<double>(size)));
    settled_view_ = View(side * side == size ? Sizes{1, side, side} : Sizes{size, 1, 1});
  }
  const Sizes sides = settled_view_.sizes();
  if (sides[0] > kMaxChannels || sides[1] > kMaxSide || sides[2] > kMaxSide) {
    refuse(node, concat("an input of sides up to ", kMaxSide), "a larger one");
  }
  if (!settled_view_.is_contiguous()) {
    notes_.push_back(
        "The file's network reads the channels of a pixel one after another; here the "
        "input is [channels, height, width].");
  }
  network_.set_input({.channels = static_cast<int>(sides[0]),
                      .height = static_cast<int>(sides[1]),
                      .width = static_cast<int>(sides[2])});
  scale_ = given.scale;
  shift_ = given.shift;
  is_settled_ = true;
  if (!(scale_ > 0.0)) {  // an std must be above 0: a layer turns white on black to black on white
    const auto channels = static_cast<std::size_t>(sides[0]);
    input_layer_ = network_.add_affine(kInput, false, "normalize",
                                       std::vector<float>(channels, static_cast<float>(scale_)),
                                       std::vector<float>(channels, static_cast<float>(shift_)));
  }
}

Value Lowering::settled(const Node& node, const Value& given, bool as_image) {
  if (given.constant != nullptr) {
    refuse(node, "an input that depends on the network's", "a constant");
  }
  if (given.layer != kInput) {
    return given;
  }
  if (!is_settled_) {
    settle_input(node, given, as_image);
  }
  if (given.scale != scale_ || given.shift != shift_) {
    refuse(node, "one normalization of the input", "a second one");
  }
  Value value = given;
  value.layer = input_layer_;
  if (settled_view_.is_contiguous()) {
    return value;
  }
  // The engine's memory has another order than the file's: only the view that settled it, and what
  // keeps its axes, can be told apart.
  const std::array<std::int64_t, 3> sides{settled_view_.size(0), settled_view_.size(1),
                                          settled_view_.size(2)};
  const View own(sides);
  std::array<std::size_t, 3> perm{0, 1, 2};
  do {  // the axes of the file in some order
    const View axes = settled_view_.transposed(perm);
    if (const auto same = axes.reshaped(given.view.sizes()); same == given.view) {
      value.view = view_as(node, own.transposed(perm), given.view.sizes());
      return value;
    }
  } while (std::ranges::next_permutation(perm).found);
  refuse(node, "axes of the input as they are elsewhere", "others");
}

Value Lowering::image(const Node& node, const Value& given) {
  Value value = settled(node, given, true);
  const bool is_pixel = value.view.rank() == kImageRank && value.view.size(1) == 1 &&
                        value.view.size(2) == 1 && value.view.is_contiguous();
  if (is_pixel) {
    value.layer = network_.flattened(value.layer);
  }
  const Shape& shape = network_.shape(value.layer);
  if (value.view.rank() != kImageRank || !(is_pixel || value.view.is_image(shape))) {
    refuse(node, concat("an image as its layer gives it, ", describe(shape)),
           "one whose axes were changed on the way");
  }
  return value;
}

Value Lowering::vector(const Node& node, const Value& given, std::vector<std::size_t>& places) {
  Value value = settled(node, given, false);
  const Sizes sizes = value.view.sizes();
  if (std::ranges::any_of(std::span(sizes).subspan(1),
                          [](std::int64_t side) { return side != 1; })) {
    refuse(node, "a vector", concat("an image of ", sizes.size(), " axes"));
  }
  const bool was_vector = network_.flattened(value.layer) == value.layer;
  value.layer = network_.flattened(value.layer);
  value.is_alone = value.is_alone && was_vector;
  if (!value.view.is_contiguous()) {
    places = value.view.places();
  }
  return value;
}

std::vector<float> Lowering::per_channel(const Node& node, Value& value, const Constant& constant) {
  const Shape shape = network_.shape(value.layer);
  const auto channels = static_cast<std::size_t>(shape.channels);
  if (constant.size() == 1) {
    return std::vector<float>(channels, static_cast<float>(constant.at(0)));
  }
  // Counted from the end, as broadcasting does; the first axis is the samples'.
  const std::size_t rank = value.view.rank() + 1;
  std::size_t axis = 0;
  std::size_t found = 0;
  for (std::size_t i = 0; i < constant.dims.size(); ++i) {
    if (constant.dims[i] != 1) {
      axis = i + rank - constant.dims.size();
      ++found;
    }
  }
  if (constant.dims.size() > rank || found != 1 || axis == 0 ||
      value.view.size(axis - 1) != static_cast<std::int64_t>(constant.size())) {
    refuse(node, "a constant with one number for all or one per channel", "another");
  }
  std::vector<float> numbers(constant.size());
  if (value.view.is_channels(axis - 1, shape)) {
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      numbers[i] = static_cast<float>(constant.at(i));
    }
    return numbers;
  }
  std::vector<std::size_t> places;
  value = vector(node, value, places);
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    numbers[places.empty() ? i : places[i]] = static_cast<float>(constant.at(i));
  }
  return numbers;
}

std::string Lowering::name_of(const Node& node, const std::string& weight) const {
  constexpr std::string_view kWeight = ".weight";
  if (weight.size() > kWeight.size() && weight.ends_with(kWeight)) {
    return weight.substr(0, weight.size() - kWeight.size());
  }
  if (is_own() && !node.outputs.empty()) {
    return node.outputs.front();
  }
  return node.name.starts_with('/') && node.name.ends_with("/" + node.op) ? module_of(node.name)
                                                                          : std::string();
}

void Lowering::finish(const Value& output) {
  const Node end{.name = "output", .op = "output"};
  std::vector<std::size_t> places;
  const Value value = vector(end, output, places);
  if (!places.empty()) {
    refuse(end, "scores in the order of the last layer", "permuted ones");
  }
  const int last = network_.size() - 1;
  if (value.layer != last || last < 0) {
    refuse(end, "layers that compute something", "none");
  }
  if (network_.spec(last).type == LayerType::kSoftmax && !is_own() && last > 0 &&
      network_.spec(last).from.empty()) {
    network_.remove_last();
    notes_.push_back(
        "The softmax at the end is left out: predict gives the file's probabilities, "
        "logits what the softmax reads.");
  }
}

}  // namespace tinycnn::onnx
