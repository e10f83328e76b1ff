// SPDX-License-Identifier: MIT
// A model with its training options as bytes that a fuzzer can change: every byte means something,
// names and places are always valid, and numbers at the edges of what is allowed come often.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "tinycnn/model_spec.h"
#include "tinycnn/trainer.h"

namespace tinycnn::fuzz {

struct Run {
  ModelSpec spec;
  TrainerOptions options{};
  int samples = 1;  ///< of a mini-batch, 1 to 32
};

/// A byte below 0xC0 is itself, one from there on an entry of this table.
inline constexpr int kFirstEdge = 0xC0;
inline constexpr std::array<int, 40> kEdges{-1,
                                            -2,
                                            192,
                                            224,
                                            255,
                                            256,
                                            257,
                                            512,
                                            1000,
                                            1024,
                                            1025,
                                            1500,
                                            1792,
                                            2047,
                                            2048,
                                            2049,
                                            3584,
                                            4095,
                                            4096,
                                            4097,
                                            8192,
                                            32767,
                                            32768,
                                            65535,
                                            65536,
                                            131072,
                                            1 << 18,
                                            1 << 19,
                                            1 << 20,
                                            (1 << 20) + 1,
                                            1 << 22,
                                            1 << 24,
                                            1 << 25,
                                            1 << 26,
                                            (1 << 26) + 1,
                                            1 << 28,
                                            1 << 29,
                                            1 << 30,
                                            std::numeric_limits<int>::max(),
                                            std::numeric_limits<int>::min()};
inline constexpr std::array<double, 16> kReals{0.5,
                                               0.0,
                                               1.0,
                                               0.1,
                                               0.25,
                                               0.9,
                                               1e-5,
                                               1e-3,
                                               0.01,
                                               -1.0,
                                               2.0,
                                               1e-30,
                                               1e300,
                                               0.999,
                                               std::numeric_limits<double>::infinity(),
                                               std::numeric_limits<double>::quiet_NaN()};

/// Reads bytes; zeros behind their end.
class BytesReader {
 public:
  explicit BytesReader(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

  void visit(int& number) {
    const int byte = next();
    const auto edge = static_cast<std::size_t>(byte - kFirstEdge);
    number = byte < kFirstEdge ? byte : kEdges[edge % kEdges.size()];
  }
  void visit(bool& flag) { flag = next() % 2 != 0; }
  void visit(double& number) { number = kReals[static_cast<std::size_t>(next()) % kReals.size()]; }
  void visit(Size2d& size) {
    visit(size.height);
    visit(size.width);
  }
  void visit(Sides2d& sides) {
    for (int* side : {&sides.left, &sides.right, &sides.top, &sides.bottom}) {
      visit(*side);
    }
  }
  /// 0 to count - 1.
  void visit_index(int& index, int count) { index = next() % count; }

 private:
  int next() { return at_ < bytes_.size() ? bytes_[at_++] : 0; }

  std::span<const std::uint8_t> bytes_;
  std::size_t at_ = 0;
};

/// Writes what BytesReader reads as the same run, for the corpus. Numbers that have no byte become
/// 0.
class BytesWriter {
 public:
  void visit(int& number) {
    const bool is_byte = number >= 0 && number < kFirstEdge;
    put(is_byte ? number : kFirstEdge + index_of(kEdges, number));
  }
  void visit(bool& flag) { put(flag ? 1 : 0); }
  void visit(double& number) { put(index_of(kReals, number)); }
  void visit(Size2d& size) {
    visit(size.height);
    visit(size.width);
  }
  void visit(Sides2d& sides) {
    for (int* side : {&sides.left, &sides.right, &sides.top, &sides.bottom}) {
      visit(*side);
    }
  }
  void visit_index(int& index, int /*count*/) { put(index); }
  [[nodiscard]] const std::vector<std::uint8_t>& bytes() const { return bytes_; }

 private:
  void put(int byte) { bytes_.push_back(static_cast<std::uint8_t>(byte)); }
  template <class Number, std::size_t Size>
  static int index_of(const std::array<Number, Size>& numbers, Number number) {
    for (std::size_t i = 0; i < Size; ++i) {
      if (numbers[i] == number) {
        return static_cast<int>(i);
      }
    }
    return 0;
  }

  std::vector<std::uint8_t> bytes_;
};

inline std::string layer_name(int index) { return "l" + std::to_string(index); }

/// The place that a `from` names: 0 is the input, i + 1 is layer i.
inline int place_of(const std::string& name) {
  return name == kInputName ? 0 : std::stoi(name.substr(1)) + 1;
}

template <class Bytes>
void visit_layer(Bytes& bytes, LayerSpec& layer, int index) {
  constexpr int kTypes = static_cast<int>(LayerType::kMultiply) + 1;
  int type = static_cast<int>(layer.type);
  bytes.visit_index(type, kTypes);
  layer.type = static_cast<LayerType>(type);
  layer.name = layer_name(index);
  int sources = static_cast<int>(layer.from.size());
  bytes.visit_index(sources, 5);
  layer.from.resize(static_cast<std::size_t>(sources), std::string(kInputName));
  for (std::string& name : layer.from) {
    int place = place_of(name);
    bytes.visit_index(place, index + 1);
    name = place == 0 ? std::string(kInputName) : layer_name(place - 1);
  }
  for (const Field<LayerSpec>& field : layer_fields(layer.type)) {
    field.visit(layer, [&](auto&... members) { (bytes.visit(members), ...); });
  }
}

template <class Bytes>
void visit_run(Bytes& bytes, Run& run) {
  bytes.visit(run.spec.input.channels);
  bytes.visit(run.spec.input.height);
  bytes.visit(run.spec.input.width);
  int layers = static_cast<int>(run.spec.layers.size());
  bytes.visit_index(layers, 33);
  run.spec.layers.resize(static_cast<std::size_t>(layers));
  for (int i = 0; i < layers; ++i) {
    visit_layer(bytes, run.spec.layers[static_cast<std::size_t>(i)], i);
  }
  bytes.visit(run.samples);
  int optimizer = static_cast<int>(run.options.optimizer.type);
  bytes.visit_index(optimizer, static_cast<int>(OptimizerType::kMuon) + 1);
  run.options.optimizer.type = static_cast<OptimizerType>(optimizer);
  bytes.visit(run.options.optimizer.learning_rate);
  bytes.visit(run.options.optimizer.clip_norm);
  int loss = static_cast<int>(run.options.loss.type);
  bytes.visit_index(loss, static_cast<int>(LossType::kMeanSquaredError) + 1);
  run.options.loss.type = static_cast<LossType>(loss);
  bytes.visit(run.options.ema_decay);
  bytes.visit(run.options.augment.degrees);
  bytes.visit(run.options.augment.generated);
}

inline Run read_run(std::span<const std::uint8_t> bytes) {
  Run run;
  BytesReader reader(bytes);
  visit_run(reader, run);
  run.samples = 1 + (run.samples & 31);
  return run;
}

inline std::vector<std::uint8_t> write_run(Run run) {
  BytesWriter writer;
  visit_run(writer, run);
  return writer.bytes();
}

}  // namespace tinycnn::fuzz
