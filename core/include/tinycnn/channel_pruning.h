// SPDX-License-Identifier: MIT
// A smaller network without a network's least important channels, to be trained on.
#pragma once

#include <string>

#include "tinycnn/model_export.h"
#include "tinycnn/pruning.h"

namespace tinycnn {

/// The smaller network, and what has gone.
struct PrunedNetwork {
  TrainedModel model;  ///< as the given one, with fewer channels in its spec and parameters
  PruneReport report;  ///< its sparsity is the share of the multiply-adds that have gone
};

/// Removes channels until at least `sparsity` (from 0 to below 1) of the multiply-adds of a
/// prediction have gone, those first that are least important for the multiply-adds that go with
/// them: with the weights of all others unchanged, the network gives what the given one gives where
/// those channels are zeros.
///
/// A channel of a convolution, or a unit of a linear layer, is as important as its batch norm's
/// scale (Z. Liu et al., arXiv:1708.06519) or, without batch norm, the L2 norm of its weights, in
/// relation to the mean of its layer. Channels that are added to each other go together, and so do
/// those that groups of a convolution tie. The classes stay, and so do channels that a frozen layer
/// or a softmax reads or gives. Each layer keeps a channel.
///
/// Single weights that Trainer::prune has pruned are zeros in the smaller network, which may train
/// again. Throws Error for a sparsity out of range or beyond what can go, and for a model that
/// export_model would refuse.
PrunedNetwork prune_channels(const TrainedModel& model, double sparsity);

/// { spec, parameters: [{ name, shape }], report }, in the form of the package's types.
std::string pruned_json(const PrunedNetwork& pruned);

}  // namespace tinycnn
