// SPDX-License-Identifier: MIT
// Batch norm by its running statistics is y = scale * x + shift per channel, which the convolution
// or linear layer before it can do itself.
#pragma once

#include <vector>

#include "formats/trained_network.h"

namespace tinycnn {

struct Affine {
  std::vector<float> scale;  ///< [C]
  std::vector<float> shift;
};

/// Of a batch norm layer.
Affine affine_of(const TrainedNetwork& network, const LayerSummary& norm);

/// The batch norm that a conv2d or linear layer can do itself, because nothing else reads its
/// output; null if there is none.
const LayerSummary* foldable_norm(const TrainedNetwork& network, const LayerSummary& layer);

struct FoldedWeights {
  std::vector<float> weight;  ///< as the layer's
  std::vector<float> bias;    ///< [K]
};

/// The weights of a conv2d or linear layer, a bias of zeros if it has none; with `norm` folded in,
/// if it is not null.
FoldedWeights folded_weights(const TrainedNetwork& network, const LayerSummary& layer,
                             const LayerSummary* norm);

}  // namespace tinycnn
