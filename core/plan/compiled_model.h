// SPDX-License-Identifier: MIT
// A model that can be run: its parameters, also as the kernels need them, and its plans.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "plan/plan.h"
#include "support/buffer.h"
#include "tinycnn/model.h"

namespace tinycnn {

class CompiledModel final : public Model {
 public:
  /// Throws Error if the spec is invalid, and if the parameters, the packed weights, or the
  /// activations and gradients of a block would each take more than 1 GiB.
  CompiledModel(ModelSpec spec, std::uint64_t seed);

  /// The initial parameters of a seed.
  void initialize(std::uint64_t seed) noexcept;

  /// After writing here call parameters_changed().
  using Model::mutable_parameters;
  void parameters_changed() noexcept;
  /// How often parameters have changed: whoever derives something from them can see whether it
  /// still holds.
  [[nodiscard]] std::uint64_t version() const { return version_; }

  /// The parameters that the plans read: those of layers with an input_scale are rounded.
  [[nodiscard]] std::span<const float> rounded_parameters() const {
    return rounded_.empty() ? parameters() : rounded_;
  }
  [[nodiscard]] std::size_t rounded_size() const { return rounded_.size(); }
  /// Rounds parameters that are laid out like the model's. Nothing to do for most models.
  void round(std::span<float> parameters) const noexcept {
    if (!rounded_layers_.empty()) {
      round_layers(parameters);
    }
  }

  /// For training and evaluation: activations are fused.
  [[nodiscard]] const Plan& plan() const { return plan_; }
  /// Every layer keeps its own output.
  [[nodiscard]] const Plan& inspection_plan() const { return inspection_plan_; }
  /// The parameters in the layout that forward of both plans needs.
  [[nodiscard]] std::span<const float> packed() const { return packed_; }
  /// The same for backward.
  [[nodiscard]] std::span<const float> packed_backward() const { return packed_backward_; }

 private:
  /// A layer whose weights are rounded, and biases if there are any.
  struct RoundedLayer {
    ParameterRange range;
    std::size_t scales = 1;  // outputs with a scale of their own
    std::size_t inputs = 0;  // of an output
    float input_scale = 0.0F;
  };
  /// None of these is loaded by a page whose networks do not round.
  [[nodiscard, gnu::noinline]] std::vector<RoundedLayer> find_rounded() const;
  [[gnu::noinline]] void round_layers(std::span<float> parameters) const noexcept;
  [[gnu::noinline]] void round_parameters() noexcept;

  Plan plan_;
  Plan inspection_plan_;
  std::vector<RoundedLayer> rounded_layers_;
  Buffer rounded_;
  Buffer packed_;
  Buffer packed_backward_;
  std::uint64_t version_ = 0;
};

}  // namespace tinycnn
