// SPDX-License-Identifier: MIT
// A network in double precision, written from the layers' definitions alone: no kernel, layout or
// packing of the core is in it. Finite differences of it are right to about 1e-9.
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "tinycnn/loss.h"
#include "tinycnn/model_spec.h"

namespace tinycnn::test {

using Values = std::vector<double>;   // of one sample, [C][H][W]
using Samples = std::vector<Values>;  // of a mini-batch

/// What a dropout layer multiplies an element by.
using DropoutFactor =
    std::function<double(const LayerSummary& layer, std::size_t sample, std::size_t element)>;

/// How batch norm and dropout behave.
struct Behavior {
  bool on_batch = false;       ///< batch norm by the mini-batch, else by its running statistics
  DropoutFactor dropout = {};  ///< empty: dropout lets everything through
};

/// A mini-batch's way through the network.
struct NetworkPass {
  std::vector<Samples> outputs;  ///< of each layer
  /// Which side of each kink, and which pixel of each pooling window, was taken: where this
  /// differs between two points, the function between them is not smooth.
  std::vector<int> branches;
};

/// Parameters of one layer; empty where it has none.
struct LayerParameters {
  std::vector<double> weight;
  std::vector<double> bias;
  std::vector<double> running_mean;
  std::vector<double> running_var;
};

/// Takes a layer's values in the order of PyTorch's state_dict; returns where the next layer's are.
std::vector<double>::const_iterator read_parameters(const LayerSummary& layer,
                                                    std::vector<double>::const_iterator values,
                                                    LayerParameters& parameters);

/// A mini-batch through one layer. inputs: one for each layer that it reads. Adds to branches.
Samples run_layer(const LayerSummary& layer, const LayerParameters& parameters,
                  const std::vector<const Samples*>& inputs, const Behavior& behavior,
                  std::vector<int>& branches);

class DoubleNetwork {
 public:
  explicit DoubleNetwork(std::vector<LayerSummary> layers);

  /// Takes the values of all parameters in the order of PyTorch's state_dict, without gaps.
  void set_parameters(const std::vector<double>& values);

  [[nodiscard]] NetworkPass forward(const Samples& inputs, const Behavior& behavior = {}) const;

 private:
  std::vector<LayerSummary> layers_;
  std::vector<LayerParameters> parameters_;
};

/// A loss of one sample's outputs.
double loss_of(const LossOptions& loss, const std::vector<double>& outputs, int label);

}  // namespace tinycnn::test
