// SPDX-License-Identifier: MIT
// Runs a quantized network with integers alone: plain loops, one image at a time. Its arithmetic is
// the definition that exported forms are compared with.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "tinycnn/quantized_model.h"

namespace tinycnn {

class Int8Interpreter {
 public:
  /// The model must outlive it.
  explicit Int8Interpreter(const QuantizedModel& model);

  /// [C][H][W], to be written before run().
  [[nodiscard]] std::span<std::int8_t> input() { return values_.front(); }
  void run();
  /// The output of a step; -1: the input.
  [[nodiscard]] std::span<const std::int8_t> output(int index) const {
    return values_[static_cast<std::size_t>(index + 1)];
  }
  [[nodiscard]] std::span<const std::int8_t> scores() const { return values_.back(); }

 private:
  void run_step(const QuantizedStep& step, std::span<std::int8_t> result);
  [[nodiscard]] const Quantization& quantization_of_input(const QuantizedStep& step,
                                                          std::size_t which) const;
  /// The first input less its zero point.
  std::span<const std::int16_t> centered_input(const QuantizedStep& step);
  void convolve(const QuantizedStep& step, std::span<std::int8_t> result);
  void multiply_matrix(const QuantizedStep& step, std::span<std::int8_t> result);
  void take_max(const QuantizedStep& step, std::span<std::int8_t> result) const;
  void average(const QuantizedStep& step, std::span<std::int8_t> result);
  void add(const QuantizedStep& step, std::span<std::int8_t> result) const;
  void multiply_values(const QuantizedStep& step, std::span<std::int8_t> result) const;
  void join(const QuantizedStep& step, std::span<std::int8_t> result) const;

  const QuantizedModel& model_;
  std::vector<std::vector<std::int8_t>> values_;  // the input, then what every step gives
  std::vector<std::int16_t> centered_;
  std::vector<std::int32_t> sums_;  // of a channel
};

}  // namespace tinycnn
