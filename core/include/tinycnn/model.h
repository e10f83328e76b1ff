// SPDX-License-Identifier: MIT
// A compiled network: its spec, its parameters in one flat memory, and its plans. Everything is
// allocated by the constructor.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "tinycnn/model_spec.h"

namespace tinycnn {

class Plan;

/// A parameter and where it lies in the flat memory.
struct ParameterView {
  ParameterSpec spec;
  std::size_t offset = 0;
};

class Model {
 public:
  /// Throws Error if the spec does not fit together, and where the parameters, the weights packed
  /// for the kernels, or a block's activations and gradients would each take more than 1 GiB.
  /// Parameters are those of `seed`.
  Model(ModelSpec spec, std::uint64_t seed);
  Model(const Model&) = delete;
  Model& operator=(const Model&) = delete;
  Model(Model&&) = delete;
  Model& operator=(Model&&) = delete;
  ~Model();

  [[nodiscard]] const ModelSpec& spec() const { return spec_; }
  [[nodiscard]] const ModelSummary& summary() const { return summary_; }
  [[nodiscard]] int classes() const { return summary_.classes; }

  /// PyTorch's default initialisation: weights and biases uniform in +-1/sqrt(fan_in), a pure
  /// function of (seed, parameter, element).
  void initialize(std::uint64_t seed) noexcept;

  /// In the order of PyTorch's state_dict.
  [[nodiscard]] std::span<const ParameterView> parameter_views() const { return views_; }

  /// How much of the flat memory, from its start, is trained. Parameters of frozen layers follow.
  [[nodiscard]] std::size_t trainable_size() const { return trainable_size_; }
  /// Where the buffers (running statistics) start, which end the flat memory.
  [[nodiscard]] std::size_t buffers_offset() const { return buffers_offset_; }

  /// Flat memory, each parameter from its offset on, zeros between.
  [[nodiscard]] std::span<const float> parameters() const;
  /// After writing here call parameters_changed().
  [[nodiscard]] std::span<float> mutable_parameters();
  void parameters_changed() noexcept;

  /// Hash (64-bit FNV-1a) of all parameters' bytes in order.
  [[nodiscard]] std::uint64_t parameter_hash() const noexcept;

  /// For training and evaluation: activations fused.
  [[nodiscard]] const Plan& plan() const { return *plan_; }
  /// Every layer keeps its own output.
  [[nodiscard]] const Plan& inspection_plan() const { return *inspection_plan_; }
  /// The parameters as the kernels of both plans want them.
  [[nodiscard]] std::span<const float> packed() const;

 private:
  struct Memory;

  ModelSpec spec_;
  ModelSummary summary_;
  std::vector<ParameterView> views_;
  std::size_t trainable_size_ = 0;
  std::size_t buffers_offset_ = 0;
  std::unique_ptr<Plan> plan_;
  std::unique_ptr<Plan> inspection_plan_;
  std::unique_ptr<Memory> memory_;
};

}  // namespace tinycnn
