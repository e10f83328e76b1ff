// SPDX-License-Identifier: MIT
#include "formats/c_int8_program.h"

#include <algorithm>

#include "formats/tflite_operators.h"
#include "support/text.h"

namespace tinycnn {
namespace {

/// Whether channels first and channels last are the same.
bool has_one_order(const Shape& shape) {
  return shape.channels == 1 || shape.height * shape.width == 1;
}

}  // namespace

Int8Program::Int8Program(const QuantizedModel& model) : model_(model) {
  for (const QuantizedStep& step : steps()) {
    kinds_.push_back(kind_of(step));
  }
  find_fused();
  find_orders();
  plan();
}

Int8Program::Kind Int8Program::kind_of(const QuantizedStep& step) {
  switch (step.operation) {
    case QuantizedOperation::kConv2d:
      if (step.layer == LayerType::kGlobalAvgPool2d) {
        return Kind::kGlobalAverage;
      }
      if (step.layer == LayerType::kBatchNorm2d) {
        return Kind::kScaleAndShift;
      }
      return step.groups == 1 && step.dilation == Size2d{1, 1} ? Kind::kConv2d
                                                               : Kind::kConv2dGroups;
    case QuantizedOperation::kLinear:
      return Kind::kLinear;
    case QuantizedOperation::kMaxPool2d:
      return Kind::kMaxPool2d;
    case QuantizedOperation::kAvgPool2d:
      return Kind::kAvgPool2d;
    case QuantizedOperation::kAdd:
      return Kind::kAdd;
    case QuantizedOperation::kConcat:
      return Kind::kConcat;
    case QuantizedOperation::kFlatten:
      return Kind::kFlatten;
    case QuantizedOperation::kMultiply:
      return Kind::kMultiply;
    case QuantizedOperation::kZeroPad2d:
      return Kind::kZeroPad2d;
    case QuantizedOperation::kActivation:
      return Kind::kActivation;
    case QuantizedOperation::kRequantize:
      break;
  }
  return Kind::kRequantize;
}

bool Int8Program::uses(Kind kind) const { return std::ranges::find(kinds_, kind) != kinds_.end(); }

bool Int8Program::is_dilated() const {
  return std::ranges::any_of(steps(), [](const QuantizedStep& step) {
    return step.operation == QuantizedOperation::kConv2d && step.dilation != Size2d{1, 1};
  });
}

bool Int8Program::uses_windows() const { return std::ranges::any_of(kinds_, has_window); }

bool Int8Program::uses_multipliers() const {
  return std::ranges::any_of(kinds_, [](Kind kind) {
    return has_weights(kind) || kind == Kind::kGlobalAverage || kind == Kind::kAdd ||
           kind == Kind::kMultiply || kind == Kind::kRequantize;
  });
}

bool Int8Program::has_window(Kind kind) {
  return kind == Kind::kConv2d || kind == Kind::kConv2dGroups || kind == Kind::kMaxPool2d ||
         kind == Kind::kAvgPool2d;
}

bool Int8Program::has_weights(Kind kind) {
  return kind == Kind::kConv2d || kind == Kind::kConv2dGroups || kind == Kind::kScaleAndShift ||
         kind == Kind::kLinear;
}

std::vector<int> Int8Program::readers(int index) const {
  std::vector<int> found;
  for (std::size_t i = 0; i < steps().size(); ++i) {
    if (std::ranges::find(steps()[i].inputs, index) != steps()[i].inputs.end()) {
      found.push_back(static_cast<int>(i));
    }
  }
  return found;
}

/// A convolution is computed within the max-pool that alone reads it, unless that would compute
/// outputs twice: the largest sum is scaled alone. The inputs of a concatenation are scaled where
/// they are copied.
void Int8Program::find_fused() {
  for (std::size_t i = 0; i < steps().size(); ++i) {
    const std::vector<int> reading = readers(static_cast<int>(i));
    bool fuses = kinds_[i] == Kind::kRequantize;
    if (kinds_[i] == Kind::kConv2d && reading.size() == 1) {
      const QuantizedStep& pool = step_at(reading.front());
      fuses = pool.operation == QuantizedOperation::kMaxPool2d && pool.padding == Size2d{} &&
              pool.stride.height >= pool.kernel_size.height &&
              pool.stride.width >= pool.kernel_size.width;
    }
    fused_.push_back(fuses);
  }
}

/// The vector of a flatten has the order of the image where linear layers alone read it: their
/// weights are reordered.
void Int8Program::find_orders() {
  unordered_.resize(steps().size());
  for (std::size_t i = 0; i < steps().size(); ++i) {
    if (kinds_[i] != Kind::kFlatten || has_one_order(steps()[i].input)) {
      continue;
    }
    const std::vector<int> reading = readers(static_cast<int>(i));
    const bool reorders = !reading.empty() && std::ranges::all_of(reading, [&](int reader) {
      return kinds_[static_cast<std::size_t>(reader)] == Kind::kLinear;
    });
    unordered_[i] = reorders ? steps()[i].input : Shape{};
  }
}

bool Int8Program::is_view(std::size_t index) const {
  return kinds_[index] == Kind::kFlatten &&
         (has_one_order(steps()[index].input) || unordered_[index] != Shape{});
}

void Int8Program::plan() {
  std::vector<MemoryStep> memory;
  for (std::size_t i = 0; i < steps().size(); ++i) {
    const Kind kind = kinds_[i];
    memory.push_back({.inputs = steps()[i].inputs,
                      .size = steps()[i].output.size(),
                      .is_view = is_view(i),
                      .is_in_place = kind == Kind::kScaleAndShift || kind == Kind::kAdd ||
                                     kind == Kind::kActivation});
  }
  memory_ = plan_memory(model_.input().size(), memory, fused_);
}

std::size_t Int8Program::flash() const {
  const std::size_t window_integers = is_dilated() ? 22 : 20;
  std::size_t bytes = has_plain_pixels() ? 0 : kPixelValues;
  for (std::size_t i = 0; i < steps().size(); ++i) {
    const QuantizedStep& step = steps()[i];
    const bool has_arrays = has_weights(kinds_[i]);
    bytes += has_arrays ? step.weight.size() + step.bias.size() * sizeof(std::int32_t) : 0;
    bytes += has_arrays && kinds_[i] != Kind::kLinear
                 ? step.multiplier.size() * (sizeof(std::int32_t) + 1)
                 : 0;
    bytes += kinds_[i] == Kind::kActivation ? step.table.size() : 0;
    bytes += has_window(kinds_[i]) && !is_fused_pool(i) ? window_integers * integer_bytes() : 0;
  }
  return bytes;
}

std::size_t Int8Program::integer_bytes() const {
  constexpr int kMax = 32'767;
  int largest = std::max(model_.input().height, model_.input().width);
  for (const QuantizedStep& step : steps()) {
    for (const int size :
         {step.input.channels, step.input.height, step.input.width, step.output.channels,
          step.output.height, step.output.width, step.kernel_size.height, step.kernel_size.width,
          step.stride.height, step.stride.width, step.dilation.height, step.dilation.width}) {
      largest = std::max(largest, size);
    }
  }
  return largest > kMax ? sizeof(std::int32_t) : sizeof(std::int16_t);
}

bool Int8Program::has_plain_pixels() const {
  for (int pixel = 0; pixel < static_cast<int>(kPixelValues); ++pixel) {
    if (model_.quantize_pixel(static_cast<float>(pixel)) != pixel - 128) {
      return false;
    }
  }
  return true;
}

bool Int8Program::has_multiplier_above_one() const {
  for (const QuantizedStep& step : steps()) {
    for (const FixedPointMultiplier& multiplier : step.multiplier) {
      if (multiplier.shift > 0) {
        return true;
      }
    }
  }
  return false;
}

std::vector<std::int8_t> Int8Program::ordered_weights(std::size_t index) const {
  const QuantizedStep& step = steps()[index];
  if (kinds_[index] == Kind::kLinear) {
    const int input = step.inputs.front();
    const Shape shape = input < 0 ? Shape{} : unordered_[static_cast<std::size_t>(input)];
    const Shape flat{1, 1, step.input.channels * pixels_of(step.input)};
    return tflite::channels_last<std::int8_t>(step.weight, step.bias.size(),
                                              shape == Shape{} ? flat : shape);
  }
  return tflite::channels_last<std::int8_t>(
      step.weight, static_cast<std::size_t>(step.output.channels),
      {step.input.channels / step.groups, step.kernel_size.height, step.kernel_size.width});
}

std::size_t Int8Program::offset_of(int index) const {
  return index < 0 ? memory_.input : memory_.outputs[static_cast<std::size_t>(index)];
}

std::string Int8Program::place(int index) const { return concat("$arena + ", offset_of(index)); }

}  // namespace tinycnn
