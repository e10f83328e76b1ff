// SPDX-License-Identifier: MIT
// A network in double precision, written from the layers' definitions alone: no kernel, layout or
// packing of the core is in it. Finite differences of it are right to about 1e-9.
#pragma once

#include <cstddef>
#include <vector>

#include "tinycnn/model_spec.h"

namespace tinycnn::test {

/// One sample's way through the network.
struct Pass {
  std::vector<std::vector<double>> outputs;  ///< of each layer, [C][H][W]
  /// Which side of each ReLU's kink, and which pixel of each pooling window, was taken: where this
  /// differs between two points, the function between them is not smooth.
  std::vector<int> branches;
};

/// Weight and bias of one layer; empty where it has none.
struct LayerParameters {
  std::vector<double> weight;
  std::vector<double> bias;
};

class DoubleNetwork {
 public:
  explicit DoubleNetwork(std::vector<LayerSummary> layers);

  /// Takes the values of all parameters in the order of PyTorch's state_dict, without gaps.
  void set_parameters(const std::vector<double>& values);

  [[nodiscard]] Pass forward(const std::vector<double>& input) const;

 private:
  std::vector<LayerSummary> layers_;
  std::vector<LayerParameters> parameters_;
};

/// Cross entropy of one sample's logits, in nats.
double cross_entropy(const std::vector<double>& logits, int label);

}  // namespace tinycnn::test
