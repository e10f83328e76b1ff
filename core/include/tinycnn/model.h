// SPDX-License-Identifier: MIT
// A network with its parameters in one flat memory, which the constructor allocates.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "tinycnn/model_spec.h"

namespace tinycnn {

/// A parameter and its offset in the flat memory.
struct ParameterView {
  ParameterSpec spec;
  std::size_t offset = 0;
};

/// A network's spec and its parameters. Trainer has one; what trains it changes its parameters.
class Model {
 public:
  /// Throws Error if the spec is invalid. Parameters are the initial ones of `seed`.
  Model(ModelSpec spec, std::uint64_t seed);
  Model(const Model&) = delete;
  Model& operator=(const Model&) = delete;
  Model(Model&&) = delete;
  Model& operator=(Model&&) = delete;
  ~Model();

  /// What the model was made of, what follows from it, and the length of its output.
  [[nodiscard]] const ModelSpec& spec() const { return spec_; }
  [[nodiscard]] const ModelSummary& summary() const { return summary_; }
  [[nodiscard]] int classes() const { return summary_.classes; }

  /// In the order of PyTorch's state_dict.
  [[nodiscard]] std::span<const ParameterView> parameter_views() const { return views_; }

  /// The size of the first part of the flat memory, which is trained. Parameters of frozen layers
  /// follow.
  [[nodiscard]] std::size_t trainable_size() const { return trainable_size_; }
  /// The offset of the buffers (running statistics), which are the last part of the flat memory.
  [[nodiscard]] std::size_t buffers_offset() const { return buffers_offset_; }

  /// The flat memory: each parameter at its offset, zeros between them.
  [[nodiscard]] std::span<const float> parameters() const;
  /// Hash (64-bit FNV-1a) of the bytes of all parameters in order.
  [[nodiscard]] std::uint64_t parameter_hash() const noexcept;

 protected:
  /// PyTorch's default initialisation: weights and biases uniform in +-1/sqrt(fan_in), a pure
  /// function of (seed, parameter, element).
  void initialize(std::uint64_t seed) noexcept;
  [[nodiscard]] std::span<float> mutable_parameters();

 private:
  struct Memory;

  ModelSpec spec_;
  ModelSummary summary_;
  std::vector<ParameterView> views_;
  std::size_t trainable_size_ = 0;
  std::size_t buffers_offset_ = 0;
  std::unique_ptr<Memory> memory_;
};

}  // namespace tinycnn
