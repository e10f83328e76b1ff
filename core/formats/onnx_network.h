// SPDX-License-Identifier: MIT
// The network that nodes of an ONNX graph are turned into: layers in the order of execution, each
// with its shape and its weights.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "formats/identifiers.h"
#include "formats/readers.h"
#include "tinycnn/model_spec.h"

namespace tinycnn::onnx {

/// The index of a layer; kInput is the network's input.
inline constexpr int kInput = -1;

/// Empty where a layer has none.
struct LayerWeights {
  std::vector<float> weight{};
  std::vector<float> bias{};
  std::vector<float> mean{};      ///< batch norm
  std::vector<float> variance{};  ///< batch norm
};

class Network {
 public:
  /// Once, before any layer.
  void set_input(const Shape& shape) { input_ = shape; }

  /// Adds a layer that reads these, and returns its index. `spec.name` is the wanted name, or empty
  /// for one made of its type. Throws Error if they do not fit together.
  int add(LayerSpec spec, const std::vector<int>& inputs, LayerWeights weights = {});
  /// Adds y = scale * x + shift per channel, which a convolution or a linear layer that `layer` is
  /// takes into its weights where that is allowed; else a batch norm that training leaves alone.
  int add_affine(int layer, bool may_change, const std::string& name,
                 const std::vector<float>& scale, const std::vector<float>& shift);
  /// The layer's output as a vector: itself or a flatten, one for all.
  int flattened(int layer);
  /// Removes the last layer, which nothing reads.
  void remove_last();

  [[nodiscard]] const Shape& shape(int layer) const;
  [[nodiscard]] const LayerSpec& spec(int layer) const {
    return layers_[static_cast<std::size_t>(layer)].spec;
  }
  [[nodiscard]] int size() const { return static_cast<int>(layers_.size()); }
  /// Whether no output of it is below 0.
  [[nodiscard]] bool is_nonnegative(int layer) const;

  [[nodiscard]] ModelSpec model(std::string name) const;
  /// In the order of PyTorch's state_dict.
  [[nodiscard]] std::vector<NamedTensor> tensors() const;

 private:
  struct Layer {
    LayerSpec spec;
    Shape output{};
    std::vector<int> inputs{};
    std::vector<ParameterSpec> parameters{};
    LayerWeights weights{};
    bool is_nonnegative = false;
    std::optional<int> flattened{};
  };

  [[nodiscard]] Layer& at(int layer) { return layers_[static_cast<std::size_t>(layer)]; }
  [[nodiscard]] std::string name_of(int layer) const;
  [[nodiscard]] bool gives_nonnegative(const Layer& layer) const;

  Shape input_{};
  std::optional<int> flattened_input_{};
  UniqueNames names_{kInputName};
  std::vector<Layer> layers_;
};

}  // namespace tinycnn::onnx
